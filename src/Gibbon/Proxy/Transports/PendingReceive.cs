using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Gibbon.Proxy.Transports;

/// <summary>
/// A receive that is begun before anybody waits for it: between two messages it waits for the next, and while a message is being
/// answered it notices that the peer went away, at no cost beyond the receive that is needed anyway.
/// </summary>
internal sealed class PendingReceive : IValueTaskSource<int>
{
    private readonly Action _completed;
    private readonly Action<int>? _observer;
    private ManualResetValueTaskSourceCore<int> _source;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _awaiter;

    /// <param name="observer">Told the outcome of a receive that did not complete at once, before whoever waits for it.</param>
    public PendingReceive(Action<int>? observer = null)
    {
        _observer = observer;
        _completed = OnReceived;
    }

    /// <summary>True from <see cref="Start"/> until the outcome is taken.</summary>
    public bool IsActive { get; private set; }

    /// <summary>True when there is an outcome to take without waiting.</summary>
    public bool IsCompleted => _source.GetStatus(_source.Version) != ValueTaskSourceStatus.Pending;

    public void Start(Transport transport, Memory<byte> buffer)
    {
        IsActive = true;
        _source.Reset();
#pragma warning disable CA2012 // The awaiter is kept, and asked for its result exactly once.
        _awaiter = transport.ReceiveAsync(buffer).ConfigureAwait(false).GetAwaiter();
#pragma warning restore CA2012
        if (_awaiter.IsCompleted) _source.SetResult(_awaiter.GetResult());
        else _awaiter.UnsafeOnCompleted(_completed);
    }

    /// <summary>Waits for the outcome and takes it.</summary>
    public ValueTask<int> TakeAsync() => new(this, _source.Version);

    public int GetResult(short token)
    {
        IsActive = false;
        return _source.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void OnReceived()
    {
        var outcome = _awaiter.GetResult();
        _observer?.Invoke(outcome);
        _source.SetResult(outcome);
    }
}
