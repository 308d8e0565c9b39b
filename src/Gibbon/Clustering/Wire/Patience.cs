namespace Gibbon.Clustering.Wire;

/// <summary>
/// How long one operation after the other may take: a timer for all of them, which is only set anew. Of operations at the same time each needs its own.
/// </summary>
internal sealed class Patience : IDisposable
{
    private CancellationTokenSource? _ending;
    private CancellationToken _outer;

    /// <summary>An operation begins.</summary>
    /// <param name="longest">How long it may take.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <returns>Gives it up after that time too.</returns>
    public CancellationToken Begin(TimeSpan longest, CancellationToken cancellation)
    {
        if (_ending is not { IsCancellationRequested: false } ending || _outer != cancellation)
        {
            _ending?.Dispose();
            (_ending, _outer) = (ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation), cancellation);
        }

        ending.CancelAfter(longest);
        return ending.Token;
    }

    /// <summary>It is over.</summary>
    public void End()
    {
        try
        {
            _ending?.CancelAfter(Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // So is everything.
        }
    }

    public void Dispose() => _ending?.Dispose();
}
