using Gibbon.Pdk.Entities;

namespace Gibbon.Balancing.Algorithms;

/// <summary>How one of several addresses is chosen. Made for one set of addresses; whoever has no weight is never chosen.</summary>
internal abstract class PickingAlgorithm
{
    /// <summary>The address for the next try; null when none is available. Called by many threads at once.</summary>
    public abstract TargetAddress? Pick(in PickInput input);

    /// <summary>The address that <see cref="Pick"/> would give at this moment, without its being given; null when that cannot be foretold.</summary>
    public virtual TargetAddress? Foretell(in PickInput input) => null;

    /// <summary>Makes the algorithm of an upstream.</summary>
    /// <param name="upstream">The upstream.</param>
    /// <param name="addresses">All addresses of all targets, in Kong's order.</param>
    /// <param name="targets">How many targets there are.</param>
    /// <param name="state">What the balancer remembers.</param>
    public static PickingAlgorithm Create(Upstream upstream, TargetAddress[] addresses, int targets, BalancerState state) => upstream.Algorithm switch
    {
        BalancingAlgorithm.ConsistentHashing => new ConsistentHashing(addresses, targets, upstream.Slots ?? 10_000),
        BalancingAlgorithm.LeastConnections => new LeastConnections(addresses, state),
        BalancingAlgorithm.Latency => new Latency(addresses, state),
        BalancingAlgorithm.StickySessions => new StickySessions(addresses, state),
        _ => new RoundRobin(addresses, state),
    };
}
