using System.Threading.Tasks.Sources;

namespace Gibbon.Proxy.Transports.Epoll;

/// <summary>The receiving half of a socket on a loop: one operation at a time, reused for all of them. What is known to be empty is not asked.</summary>
internal sealed class EpollReceive(EpollTransport transport) : IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _source;
    private EpollReadiness _readiness;
    private Memory<byte> _buffer;

    public ValueTask<int> StartAsync(Memory<byte> buffer)
    {
        if (TryReceive(buffer.Span, out int count)) return new(count);

        _buffer = buffer;
        _source.Reset();
        while (!_readiness.TryWait())
        {
            if (TryReceive(buffer.Span, out count)) return new(count);
        }

        return new(this, _source.Version);
    }

    /// <summary>The loop's: there is something to receive, or the end.</summary>
    public void Signal(bool ended)
    {
        if (!_readiness.Signal(ended)) return;

        int count;
        while (!TryReceive(_buffer.Span, out count))
        {
            if (_readiness.TryWait()) return;
        }

        _source.SetResult(count);
    }

    /// <summary>No more is received; true when somebody waits, to whom <see cref="Break"/> tells it.</summary>
    public bool Close() => _readiness.Close();

    public void Break() => _source.SetResult(Transport.Broken);

    public int GetResult(short token)
    {
        _buffer = default;
        return _source.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private bool TryReceive(Span<byte> buffer, out int count)
    {
        count = 0;
        if (!_readiness.TryTake()) return false;

        count = transport.Receive(buffer);
        if (count == EpollCalls.TryAgain && _readiness.MayChange) return false;

        // Less than there was room for: nothing more is there, and what comes later is told.
        if (count == buffer.Length) _readiness.Set();
        if (count < 0) count = Transport.Broken;
        return true;
    }
}
