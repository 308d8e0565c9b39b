using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin.Resources;

/// <summary>The health of upstreams in the shape in which Kong shows it.</summary>
internal static class UpstreamHealthBody
{
    /// <summary>Adds to a target what the balancer knows of it.</summary>
    public static void AddTo(ValueMap target, UpstreamHealth? health)
    {
        TargetHealth[] addresses = [.. health?.Targets.Where(address => address.Target == target.GetString("target")) ?? []];
        target["health"] = Word(
            addresses.Any(static address => address.State == TargetState.Healthy) ? TargetState.Healthy
            : addresses.Any(static address => address.State == TargetState.Unhealthy) ? TargetState.Unhealthy
            : addresses.Any(static address => address.State == TargetState.HealthChecksOff) ? TargetState.HealthChecksOff
            : TargetState.DnsError);
        if (addresses.Length > 0)
        {
            target["data"] = Status(addresses, static address => ("health", Word(address.State)));
        }
    }

    /// <summary>The whole balancer: <c>?balancer_health=1</c>.</summary>
    public static ValueMap Balancer(UpstreamHealth health)
    {
        string whole = health.IsHealthy ? "HEALTHY" : "UNHEALTHY";
        ValueList hosts = new(health.Targets.GroupBy(static address => address.Target)
            .Select(static target => Status([.. target], static address => ("healthy", address.State is TargetState.Healthy or TargetState.HealthChecksOff))));
        return new ValueMap
        {
            ["id"] = health.Id.ToString(),
            ["health"] = health.ChecksHealth ? whole : "HEALTHCHECKS_OFF",
            ["balancer_health"] = whole,
            ["details"] = new ValueMap { ["healthy"] = health.IsHealthy, ["weight"] = Weight(health.Targets), ["hosts"] = hosts },
        };
    }

    private static ValueMap Status(TargetHealth[] addresses, Func<TargetHealth, (string Name, object Value)> state)
    {
        TargetHealth first = addresses[0];
        ValueList shown = [];
        foreach (TargetHealth address in addresses)
        {
            if (address.State != TargetState.DnsError)
            {
                (string name, object value) = state(address);
                shown.Add(new ValueMap
                {
                    ["ip"] = address.Ip ?? address.Host,
                    ["port"] = (long)address.Port,
                    ["weight"] = (long)address.Weight,
                    [name] = value,
                });
            }
        }

        return new ValueMap
        {
            ["host"] = first.Host,
            ["port"] = (long)first.Port,
            ["dns"] = first.State == TargetState.DnsError ? "dns server error: 3 name error" : "A",
            ["nodeWeight"] = (long)first.Weight,
            ["weight"] = Weight(addresses),
            ["addresses"] = shown,
        };
    }

    private static ValueMap Weight(IEnumerable<TargetHealth> addresses)
    {
        long total = 0;
        long unavailable = 0;
        foreach (TargetHealth address in addresses)
        {
            if (address.State != TargetState.DnsError)
            {
                total += address.Weight;
                unavailable += address.State == TargetState.Unhealthy ? address.Weight : 0;
            }
        }

        return new ValueMap { ["total"] = total, ["unavailable"] = unavailable, ["available"] = total - unavailable };
    }

    private static string Word(TargetState state) => state switch
    {
        TargetState.Healthy => "HEALTHY",
        TargetState.Unhealthy => "UNHEALTHY",
        TargetState.DnsError => "DNS_ERROR",
        _ => "HEALTHCHECKS_OFF",
    };
}
