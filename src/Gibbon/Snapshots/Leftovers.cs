using Gibbon.Settings;
using Gibbon.Storage;

namespace Gibbon.Snapshots;

/// <summary>
/// A whole configuration leaves several times its own size behind on its way from text to snapshot, and requests allocate so little that the collector may not come by for hours.
/// So it is called a moment later, when nobody holds the text any more. Where nobody is kept waiting, on a control plane and on a data plane that has just got its first
/// configuration, it stops the process for as long as it takes to give the memory back to the system; elsewhere it works beside the requests and keeps the memory for the next time.
/// </summary>
internal sealed class Leftovers : IDisposable
{
    private const int Many = 10_000;

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(2);

    private readonly NodeRole _role;
    private readonly ITimer _timer;
    private volatile bool _keepsNobodyWaiting;

    public Leftovers(NodeRole role, TimeProvider time)
    {
        _role = role;
        _timer = time.CreateTimer(static state => ((Leftovers)state!).Collect(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Collects what a change leaves behind, if it is one of many entities.</summary>
    public void CollectAfter(EntityChanges changes) =>
        CollectAfter(changes.Changed.Length, _role == NodeRole.ControlPlane || (_role == NodeRole.DataPlane && changes.Before.Hash == ConfigurationHash.Empty));

    /// <summary>Collects what was put together for others, if it was of many entities.</summary>
    /// <param name="count">Of how many.</param>
    public void CollectAfter(int count) => CollectAfter(count, _role == NodeRole.ControlPlane);

    public void Dispose() => _timer.Dispose();

    private void CollectAfter(int count, bool keepsNobodyWaiting)
    {
        if (count >= Many)
        {
            _keepsNobodyWaiting = keepsNobodyWaiting;
            _timer.Change(Moment, Timeout.InfiniteTimeSpan);
        }
    }

    private void Collect()
    {
        if (_keepsNobodyWaiting)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
        else
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }
}
