namespace Gibbon.Proxy;

/// <summary>Whether anybody is in: requests, streams, handshakes.</summary>
internal sealed class Occupancy
{
    private const int Entered = 0;
    private const int Left = 1;

    private readonly ProcessorCounters _counters = new(2);

    /// <summary>Whether there was a moment, since this was called, at which nobody was in. Who left is counted first: equal sums mean that all had left by then who had come by then.</summary>
    public bool IsEmpty
    {
        get
        {
            long left = _counters.Sum(Left);
            return left == _counters.Sum(Entered);
        }
    }

    public void Enter() => Interlocked.Increment(ref _counters.Own[Entered]);

    public void Leave() => Interlocked.Increment(ref _counters.Own[Left]);
}
