using System.Globalization;
using Gibbon.Balancing.Health;
using Gibbon.Balancing.Recording;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Balancing.Reporting;

/// <summary>
/// The flight recorder of a target, as <c>/upstreams/{upstream}/targets/{target}/history</c> tells it: for each address its health with what has
/// been counted, the last probes, the steps of its health with their causes, and for the target the answers of the DNS. Oldest first.
/// </summary>
internal static class TargetHistory
{
    public static ValueMap Of(Balancer balancer, BalancedTarget target) => new()
    {
        ["target"] = target.Target.Address,
        ["upstream"] = new ValueMap { ["id"] = balancer.Upstream.Id.ToString(), ["name"] = balancer.Upstream.Name },
        ["addresses"] = new ValueList(TargetReports.AddressesOf(balancer, target).Select(address => (object?)Describe(address))),
        ["dns"] = new ValueList(balancer.State.Target(target.Name).Answers.ToArray().Select(static answer => (object?)Describe(answer))),
    };

    private static ValueMap Describe(TargetAddress address)
    {
        AddressState state = address.State;
        FlightRecorder recorder = state.Recorder;
        return new ValueMap
        {
            ["ip"] = state.Key.Ip,
            ["port"] = (long)state.Key.Port,
            ["health"] = TargetReports.WordOf(address),
            ["state"] = TargetReports.WordOf(state.Health.State),
            ["counters"] = Counts(what => state.Health.CountOf(what)),
            ["requests"] = Counts(recorder.RequestsOf),
            ["probes"] = new ValueList(recorder.Probes.Select(static probe => (object?)Describe(in probe))),
            ["transitions"] = new ValueList(recorder.Transitions.Select(static transition => (object?)new ValueMap
            {
                ["at"] = Time(transition.At),
                ["from"] = TargetReports.WordOf(transition.Before),
                ["to"] = TargetReports.WordOf(transition.After),
                ["cause"] = transition.Cause,
            })),
        };
    }

    private static ValueMap Describe(in ProbeRecord probe)
    {
        ValueMap map = new()
        {
            ["at"] = Time(probe.At),
            ["type"] = probe.Type,
            ["result"] = probe.Event is { } what ? WordOf(what) : "ignored",
            ["latency_ms"] = Math.Round(probe.Took.TotalMilliseconds, 3),
        };
        if (probe.Status != 0)
        {
            map["status"] = (long)probe.Status;
        }

        if (probe.Error is not null)
        {
            map["error"] = probe.Error;
        }

        return map;
    }

    private static ValueMap Describe(ResolutionRecord answer)
    {
        ValueMap map = new()
        {
            ["at"] = Time(answer.At),
            ["source"] = answer.Source,
            ["addresses"] = new ValueList(answer.Addresses),
        };
        if (answer.Ttl is { } ttl)
        {
            map["ttl"] = Math.Round(ttl.TotalSeconds, 3);
        }

        return map;
    }

    private static ValueMap Counts(Func<HealthEvent, long> count) => new()
    {
        [WordOf(HealthEvent.Success)] = count(HealthEvent.Success),
        [WordOf(HealthEvent.HttpFailure)] = count(HealthEvent.HttpFailure),
        [WordOf(HealthEvent.TcpFailure)] = count(HealthEvent.TcpFailure),
        [WordOf(HealthEvent.Timeout)] = count(HealthEvent.Timeout),
    };

    private static string WordOf(HealthEvent what) => what switch
    {
        HealthEvent.Success => "success",
        HealthEvent.HttpFailure => "http_failure",
        HealthEvent.TcpFailure => "tcp_failure",
        _ => "timeout",
    };

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
