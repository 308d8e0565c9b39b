using System.Globalization;
using Gibbon.Pdk;

namespace Gibbon.Plugins.Prometheus;

/// <summary>The health of targets: each of their addresses has one of four states.</summary>
static class TargetMetrics
{
    const string Help = "Health status of targets of upstream. States = healthchecks_off|healthy|unhealthy|dns_error, "
        + "value is 1 when state is populated.";

    static readonly (TargetState State, string Name)[] States =
    [
        (TargetState.HealthChecksOff, "healthchecks_off"),
        (TargetState.Healthy, "healthy"),
        (TargetState.Unhealthy, "unhealthy"),
        (TargetState.DnsError, "dns_error"),
    ];

    public static void AddTo(MetricsPage page, IUpstreams upstreams)
    {
        foreach (var upstream in upstreams.GetHealth())
            foreach (var target in upstream.Targets)
                foreach (var (state, name) in States)
                    page.Gauge("upstream_target_health", Help, target.State == state ? 1 : 0,
                        ("upstream", upstream.Name), ("target", target.Target), ("address", Address(target)), ("state", name),
                        ("subsystem", "http"));
    }

    static string Address(TargetHealth target) =>
        target.Ip is null ? "" : string.Create(CultureInfo.InvariantCulture, $"{target.Ip}:{target.Port}");
}
