using Gibbon.Balancing.Algorithms;
using Gibbon.Observability;
using Gibbon.Settings;

namespace Gibbon.Balancing;

/// <summary>The addresses of an upstream at this moment, with the algorithm over them. Another answer of the DNS makes another pool.</summary>
internal sealed class AddressPool
{
    private readonly BalancerState _state;
    private readonly PickingAlgorithm _algorithm;
    private readonly double _threshold;
    private readonly string _upstream;

    // The health version that it was counted at, and in the lowest bit whether enough weight worked; -1 before the first count.
    private long _standing = -1;

    public AddressPool(TargetAddress[] addresses, PickingAlgorithm algorithm, double threshold, string upstream, BalancerState state)
    {
        Addresses = addresses;
        TotalWeight = addresses.Sum(static address => address.Weight);
        _algorithm = algorithm;
        _threshold = threshold;
        _upstream = upstream;
        _state = state;
    }

    public TargetAddress[] Addresses { get; }

    public int TotalWeight { get; }

    /// <summary>The weight of the addresses that requests may go to.</summary>
    public int AvailableWeight
    {
        get
        {
            int weight = 0;
            foreach (TargetAddress address in Addresses)
            {
                weight += address.IsAvailable ? address.Weight : 0;
            }

            return weight;
        }
    }

    /// <summary>Whether more of the weight works than <c>healthchecks.threshold</c> asks for.</summary>
    public bool IsHealthy
    {
        get
        {
            int version = Volatile.Read(ref _state.HealthVersion);
            long standing = Volatile.Read(ref _standing);
            return (standing >> 1) == version && standing >= 0 ? (standing & 1) != 0 : Count(version, standing);
        }
    }

    /// <summary>The address for the next try; null when there is none.</summary>
    public TargetAddress? Pick(in PickInput input) => IsHealthy ? _algorithm.Pick(in input) : null;

    /// <summary>The address that the next try would get, without its being given; null when there is none, or when it cannot be foretold.</summary>
    public TargetAddress? Foretell(in PickInput input) => IsHealthy ? _algorithm.Foretell(in input) : null;

    private bool Count(int version, long before)
    {
        bool healthy = TotalWeight > 0 && (double)AvailableWeight / TotalWeight * 100 > _threshold;
        if (Interlocked.CompareExchange(ref _standing, ((long)version << 1) | (healthy ? 1L : 0), before) == before
            && before >= 0 && (before & 1) != 0 != healthy)
        {
            _state.All.Log?.Write(
                LogSeverity.Warn,
                $"[healthchecks] balancer default:{_upstream} reported health status changed to {(healthy ? "HEALTHY" : "UNHEALTHY")}");
        }

        return healthy;
    }
}
