using Gibbon.Pdk.Entities;

namespace Gibbon.Clustering.Compatibility;

/// <summary>Whether a data plane can have the configuration.</summary>
/// <param name="Status">As <c>/clustering/data-planes</c> shows it.</param>
/// <param name="Problem">Why not, in Kong's words; null when it can.</param>
internal readonly record struct Verdict(SyncStatus Status, string? Problem)
{
    public static Verdict Fits => new(SyncStatus.Normal, null);
}
