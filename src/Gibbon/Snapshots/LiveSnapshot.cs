namespace Gibbon.Snapshots;

/// <summary>Where the current snapshot stands: requests take it once, the updater puts the next one there, whole.</summary>
internal sealed class LiveSnapshot(Snapshot first)
{
    private Snapshot _current = first;

    public Snapshot Current => Volatile.Read(ref _current);

    /// <summary>From now on requests see this one; those under way keep theirs.</summary>
    public void Swap(Snapshot next) => Volatile.Write(ref _current, next);
}
