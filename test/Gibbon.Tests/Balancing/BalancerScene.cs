using Gibbon.Balancing;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;

namespace Gibbon.Tests.Balancing;

/// <summary>Balancers made by hand, without a gateway around them.</summary>
internal static class BalancerScene
{
    public static Balancer Of(BalancingAlgorithm algorithm, params (string Address, int Weight)[] targets) =>
        Of(new Upstream { Id = Guid.NewGuid(), Name = "u", Algorithm = algorithm }, TimeProvider.System, targets);

    public static Balancer Of(Upstream upstream, TimeProvider time, params (string Address, int Weight)[] targets) =>
        With(new BalancerStates(time, null), upstream, targets);

    public static Balancer With(BalancerStates states, Upstream upstream, params (string Address, int Weight)[] targets)
    {
        Balancer balancer = new(
            upstream,
            [.. targets.Select(target => new Target { Id = Guid.NewGuid(), Upstream = upstream, Address = target.Address, Weight = target.Weight })],
            states.Of(upstream.Id));
        balancer.Begin();
        return balancer;
    }

    /// <summary>The address that a pick gives, as <c>ip:port</c>.</summary>
    public static string? PickText(this Balancer balancer, PickInput? input = null) => balancer.Pick(input ?? PickInput.None)?.EndPoint.ToString();

    public static TargetAddress At(this Balancer balancer, int port) => balancer.Pool.Addresses.Single(address => address.EndPoint.Port == port);
}
