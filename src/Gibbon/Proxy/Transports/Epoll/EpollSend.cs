using System.Threading.Tasks.Sources;

namespace Gibbon.Proxy.Transports.Epoll;

/// <summary>The sending half of a socket on a loop: one operation at a time, reused for all of them, going on until everything is sent.</summary>
internal sealed class EpollSend(EpollTransport transport) : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _source;
    private EpollReadiness _readiness;
    private ReadOnlyMemory<byte> _first;
    private ReadOnlyMemory<byte> _second;

    public ValueTask<bool> StartAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        // Nearly always the kernel takes all of it at once.
        int count = Call(first.Span, second.Span);
        if (count == first.Length + second.Length) return new(true);
        if (count < 0 && count != EpollCalls.TryAgain) return new(false);

        _first = first;
        _second = second;
        Advance(Math.Max(count, 0));
        _source.Reset();
        return Run() is { } outcome ? new(outcome) : new(this, _source.Version);
    }

    /// <summary>Waits until the socket can be written to, which also tells that it is connected, or failed to be.</summary>
    public ValueTask<bool> WaitAsync()
    {
        _first = _second = default;
        _source.Reset();
        return _readiness.TryWait() ? new(this, _source.Version) : new(true);
    }

    /// <summary>The loop's: there is room to send into, or the connection failed.</summary>
    public void Signal(bool ended)
    {
        if (_readiness.Signal(ended) && Run() is { } outcome) _source.SetResult(outcome);
    }

    /// <summary>No more is sent; true when somebody waits, to whom <see cref="Break"/> tells it.</summary>
    public bool Close() => _readiness.Close();

    public void Break() => _source.SetResult(false);

    public bool GetResult(short token)
    {
        _first = _second = default;
        return _source.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    // True: everything is sent; false: the connection failed; null: the loop will go on.
    private bool? Run()
    {
        while (true)
        {
            if (_first.IsEmpty && _second.IsEmpty) return true;
            if (!_readiness.TryTake())
            {
                if (_readiness.TryWait()) return null;
                continue;
            }

            int count = Call(_first.Span, _second.Span);
            if (count >= 0)
            {
                Advance(count);
                _readiness.Set();
            }
            else if (count != EpollCalls.TryAgain || !_readiness.MayChange)
            {
                return false;
            }
        }
    }

    private int Call(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        second.IsEmpty ? transport.Send(first) : first.IsEmpty ? transport.Send(second) : transport.Send(first, second);

    private void Advance(int sent)
    {
        int ofFirst = Math.Min(sent, _first.Length);
        _first = _first[ofFirst..];
        _second = _second[(sent - ofFirst)..];
    }
}
