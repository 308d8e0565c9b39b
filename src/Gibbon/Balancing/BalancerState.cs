namespace Gibbon.Balancing;

/// <summary>What an upstream's balancer remembers from request to request. Survives changes of the upstream: the next snapshot adopts it.</summary>
internal sealed class BalancerState
{
    /// <summary>Where the round-robin wheel stands.</summary>
    internal uint Turn;
}
