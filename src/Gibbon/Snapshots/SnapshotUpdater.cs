using Gibbon.Observability;
using Gibbon.Settings;
using Gibbon.Storage;
using Gibbon.Threading;

namespace Gibbon.Snapshots;

/// <summary>
/// The one door to live configuration: whatever changed in the store, wherever it came from, becomes the next snapshot here, one change after
/// the other. A change that cannot be compiled leaves the present snapshot in force and says why.
/// </summary>
internal sealed class SnapshotUpdater(LiveSnapshot live, ErrorLog log)
{
    private readonly Lock _gate = new();

    /// <summary>Told after a swap, on the thread that made it: plugins are configured anew, caches drop what changed.</summary>
    public event Action<Snapshot, EntityChanges>? Swapped;

    /// <summary>Compiles a change and puts it live. Throws what made it impossible; nothing has changed then.</summary>
    /// <param name="changes">What changed.</param>
    /// <param name="configurationHash">The hash of the whole configuration after the change.</param>
    public Snapshot Apply(EntityChanges changes, string configurationHash)
    {
        lock (_gate)
        {
            LongWork.GiveWay();
            SnapshotBuilder builder = new(live.Current, changes);
            Snapshot next = builder.Build(configurationHash);
            foreach (string unresolved in builder.UnresolvedReferences)
            {
                log.Write(LogSeverity.Warn, $"[kong] {unresolved}");
            }

            LogProblems(next);
            LongWork.GiveWay();
            live.Swap(next);
            LongWork.GiveWay();
            Swapped?.Invoke(next, changes);
            return next;
        }
    }

    // One bad route or certificate does not take the others down: it is left out, and said.
    private void LogProblems(Snapshot next)
    {
        foreach (Routing.RejectedRoute rejected in next.Router.Rejected)
        {
            log.Write(LogSeverity.Error, $"[gibbon] route {rejected.Route.Id} is left out: {rejected.Reason}");
        }

        foreach ((Guid id, string problem) in ReferenceEquals(next.Certificates, live.Current.Certificates) ? [] : next.Certificates.Problems)
        {
            log.Write(LogSeverity.Error, $"[gibbon] certificate {id} cannot be used: {problem}");
        }
    }
}
