using Gibbon.Pdk;

namespace Gibbon.Snapshots;

/// <summary>The health of all upstreams. Health checks are not there yet: every target with a weight counts as one that is not checked.</summary>
internal static class UpstreamHealthReport
{
    public static IReadOnlyList<UpstreamHealth> Of(Snapshot snapshot) =>
        [.. snapshot.Balancers.Values.Select(static balancer => new UpstreamHealth(
            balancer.Upstream.Id,
            balancer.Upstream.Name,
            ChecksHealth: false,
            IsHealthy: balancer.Targets.Any(static target => target.Weight is null or > 0),
            [.. balancer.Targets.Select(static target => TargetOf(target.Address, target.Weight ?? 100))]))];

    private static TargetHealth TargetOf(string address, int weight)
    {
        int colon = address.LastIndexOf(':');
        return new TargetHealth(
            address,
            address[..colon],
            null,
            int.Parse(address.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture),
            weight,
            TargetState.HealthChecksOff);
    }
}
