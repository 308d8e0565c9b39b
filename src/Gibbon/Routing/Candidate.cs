using Gibbon.Pdk.Entities;
using Gibbon.Routing.Conditions;
using Gibbon.Routing.Index;

namespace Gibbon.Routing;

/// <summary>A route, or the part of one that has its own priority: what must hold, when it is asked, where it is indexed.</summary>
/// <param name="space">The index it belongs to: all HTTP shares one, each stream protocol has its own.</param>
/// <param name="order">When it is asked.</param>
/// <param name="condition">What must hold.</param>
/// <param name="usesPath">Whether the condition looks at the path.</param>
/// <param name="route">The route.</param>
/// <param name="keys">Where it is found; every request that satisfies the condition comes by one of these.</param>
internal sealed class Candidate(
    RouteProtocol space, RouteOrder order, Condition condition, bool usesPath, Route route, IndexKey[] keys) : CandidatePlace
{
    private const int None = -1;

    // Before the order, which is seldom asked for: what a look-up reads lies side by side.
    private readonly RouteTraits _traits = new(route);
    private readonly RouteOrder _order = order;

    // Most routes ask for nothing but what their path begins with. Whoever comes by their place has a path that does, and the text need not be looked at again.
    private readonly int _impliedPrefix =
        condition is PathStartsWith { Prefix: var prefix } && keys is [{ Pin: HostPin.Any } key] && key.Path.AsSpan().SequenceEqual(prefix) ? prefix.Length : None;

    public ref readonly RouteOrder Order => ref _order;

    public ref readonly RouteTraits Traits => ref _traits;

    public RouteProtocol Space { get; } = space;

    public Condition Condition { get; } = condition;

    public bool UsesPath { get; } = usesPath;

    public Route Route { get; } = route;

    public IndexKey[] Keys { get; } = keys;

    public override Candidate? this[int number] => number == 0 ? this : null;

    /// <summary>Whether a request that came by one of the <see cref="Keys"/> satisfies the condition.</summary>
    public bool Holds(ref Evaluation evaluation)
    {
        if (_impliedPrefix == None)
        {
            return Condition.Holds(ref evaluation);
        }

        evaluation.MatchedPrefix(_impliedPrefix);
        return true;
    }
}
