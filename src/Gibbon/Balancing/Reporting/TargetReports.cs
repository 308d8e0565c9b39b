using Gibbon.Balancing.Health;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Balancing.Reporting;

/// <summary>How targets are doing, as <c>/upstreams/{upstream}/health</c> tells it and as plugins see it.</summary>
internal static class TargetReports
{
    /// <summary>Kong's word for an upstream whose health nobody looks at.</summary>
    public const string ChecksOff = "HEALTHCHECKS_OFF";

    private const string Healthy = "HEALTHY";
    private const string Unhealthy = "UNHEALTHY";
    private const string DnsError = "DNS_ERROR";

    /// <summary>The targets of an upstream as plugins see them, an address each; a target without any stands there once.</summary>
    public static IEnumerable<TargetHealth> Addresses(Balancer balancer)
    {
        ILookup<Guid, TargetAddress> addresses = balancer.Pool.Addresses.ToLookup(static address => address.Target.Id);
        foreach (BalancedTarget target in balancer.Resolved)
        {
            if (!addresses.Contains(target.Target.Id))
            {
                yield return new TargetHealth(target.Target.Address, target.Name.Host, null, target.Name.Port, target.Weight, TargetState.DnsError);
            }

            foreach (TargetAddress address in addresses[target.Target.Id])
            {
                AddressKey key = address.State.Key;
                TargetState state = !address.IsWatched ? TargetState.HealthChecksOff : address.IsAvailable ? TargetState.Healthy : TargetState.Unhealthy;
                yield return new TargetHealth(target.Target.Address, target.Name.Host, key.Ip, key.Port, address.Weight, state);
            }
        }
    }

    /// <summary>A target's <c>health</c>, in one of four words, and its <c>data</c>.</summary>
    public static (string Health, ValueMap Data) Of(Balancer balancer, BalancedTarget target)
    {
        TargetAddress[] addresses = AddressesOf(balancer, target);
        ValueMap data = Describe(balancer, target, addresses, static address => new ValueMap { ["health"] = WordOf(address) });
        string health = addresses.Length == 0 ? DnsError
            : addresses.Any(static address => WordOf(address) == Healthy) ? Healthy
            : addresses.Any(static address => WordOf(address) == Unhealthy) ? Unhealthy
            : ChecksOff;
        return (health, data);
    }

    /// <summary>The whole upstream, as <c>?balancer_health=1</c> asks for it.</summary>
    public static ValueMap OfBalancer(Balancer balancer)
    {
        AddressPool pool = balancer.Pool;
        string health = pool.IsHealthy ? Healthy : Unhealthy;
        return new ValueMap
        {
            ["id"] = balancer.Upstream.Id.ToString(),
            ["health"] = balancer.Health.IsOn ? health : ChecksOff,
            ["balancer_health"] = health,
            ["details"] = new ValueMap
            {
                ["healthy"] = pool.IsHealthy,
                ["weight"] = Weights(pool.TotalWeight, pool.AvailableWeight),
                ["hosts"] = new ValueList(balancer.Resolved.Select(target => (object?)Describe(
                    balancer, target, AddressesOf(balancer, target), static address => new ValueMap { ["healthy"] = address.IsAvailable }))),
            },
        };
    }

    /// <summary>The addresses that a target stands for at this moment.</summary>
    public static TargetAddress[] AddressesOf(Balancer balancer, BalancedTarget target) =>
        [.. balancer.Pool.Addresses.Where(address => address.Target.Id == target.Target.Id)];

    /// <summary>Kong's word for an address.</summary>
    public static string WordOf(TargetAddress address) => !address.IsWatched ? ChecksOff : address.IsAvailable ? Healthy : Unhealthy;

    /// <summary>What the finer of our states is called.</summary>
    public static string WordOf(HealthState state) => state switch
    {
        HealthState.Healthy => "healthy",
        HealthState.MostlyHealthy => "mostly_healthy",
        HealthState.MostlyUnhealthy => "mostly_unhealthy",
        _ => "unhealthy",
    };

    private static ValueMap Describe(Balancer balancer, BalancedTarget target, TargetAddress[] addresses, Func<TargetAddress, ValueMap> describe)
    {
        ValueList list = [];
        foreach (TargetAddress address in addresses)
        {
            ValueMap map = describe(address);
            map["ip"] = address.State.Key.Ip;
            map["port"] = (long)address.State.Key.Port;
            map["weight"] = (long)address.Weight;
            list.Add(map);
        }

        return new ValueMap
        {
            ["host"] = target.Name.Host,
            ["port"] = (long)target.Name.Port,
            ["dns"] = balancer.RecordsOf(target)?.Source ?? "unknown",
            ["nodeWeight"] = (long)target.Weight,
            ["weight"] = Weights(
                addresses.Sum(static address => address.Weight),
                addresses.Sum(static address => address.IsAvailable ? address.Weight : 0)),
            ["addresses"] = list,
        };
    }

    private static ValueMap Weights(int total, int available) => new()
    {
        ["total"] = (long)total,
        ["unavailable"] = (long)(total - available),
        ["available"] = (long)available,
    };
}
