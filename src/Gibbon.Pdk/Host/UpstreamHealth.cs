namespace Gibbon.Pdk;

/// <summary>The health of an upstream.</summary>
/// <param name="Id">The upstream.</param>
/// <param name="Name">Its name.</param>
/// <param name="ChecksHealth">Whether health checks are on.</param>
/// <param name="IsHealthy">Whether it has enough healthy targets to be used (<c>healthchecks.threshold</c>).</param>
/// <param name="Targets">Its targets, an address each.</param>
public sealed record UpstreamHealth(Guid Id, string Name, bool ChecksHealth, bool IsHealthy, IReadOnlyList<TargetHealth> Targets);
