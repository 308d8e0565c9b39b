using Gibbon.Pdk.Entities;

namespace Gibbon.Routing;

/// <summary>What a router thinks of one route for a request.</summary>
/// <param name="Route">The route.</param>
/// <param name="Order">When it is asked: the candidate that matches, or the first of its candidates.</param>
/// <param name="Failing">The condition that the request does not satisfy, in words; null when the route matches.</param>
internal sealed record RouteVerdict(Route Route, RouteOrder Order, string? Failing)
{
    public bool Matches => Failing is null;

    /// <summary>Why a route that matches lost to the one that is asked first.</summary>
    public string LostTo(RouteVerdict winner, bool byWeight) => Order.Primary != winner.Order.Primary
        ? $"it matches too, but has a lower priority ({Order.Primary} < {winner.Order.Primary})"
        : Order.Secondary != winner.Order.Secondary && byWeight ? "it matches too, with the same priority, but has a shorter path or was created later"
        : "it matches too, with the same priority, but its id comes first in their order and the last one wins";
}
