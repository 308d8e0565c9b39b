using Gibbon.Balancing;
using Gibbon.Balancing.Reporting;
using Gibbon.Pdk;

namespace Gibbon.Snapshots;

/// <summary>The health of all upstreams, for plugins that report it.</summary>
internal static class UpstreamHealthReport
{
    public static IReadOnlyList<UpstreamHealth> Of(Snapshot snapshot) => [.. snapshot.Balancers.Values.Select(Of)];

    private static UpstreamHealth Of(Balancer balancer) => new(
        balancer.Upstream.Id,
        balancer.Upstream.Name,
        balancer.Health.IsOn,
        balancer.Pool.IsHealthy,
        [.. TargetReports.Addresses(balancer)]);
}
