using System.Collections.Immutable;
using Gibbon.Pdk.Entities;
using Gibbon.Routing.Flavors;
using Gibbon.Routing.Index;
using Gibbon.Settings;
using Gibbon.Threading;

namespace Gibbon.Routing;

/// <summary>One edit: from a router, or from nothing, to the next router.</summary>
internal sealed class RouterBuilder
{
    // From here on it pays to ask the other cores.
    private const int Many = 1000;

    private readonly RouterFlavor _flavor;
    private readonly EditToken _token = new();
    private readonly RouteIndex[] _indexes;
    private readonly ImmutableDictionary<Guid, Candidate[]>.Builder _routes;
    private readonly ImmutableDictionary<Guid, RejectedRoute>.Builder _rejected;
    private int _pathUsers;

    public RouterBuilder(RouterFlavor flavor)
        : this(flavor, RouteSpaces.Empty, ImmutableDictionary<Guid, Candidate[]>.Empty, ImmutableDictionary<Guid, RejectedRoute>.Empty, 0)
    {
    }

    public RouterBuilder(
        RouterFlavor flavor,
        RouteSpaces spaces,
        ImmutableDictionary<Guid, Candidate[]> routes,
        ImmutableDictionary<Guid, RejectedRoute> rejected,
        int pathUsers)
    {
        _flavor = flavor;
        _indexes = [spaces.Http, spaces.Http, spaces.Tcp, spaces.Tls, spaces.Udp];
        _routes = routes.ToBuilder();
        _rejected = rejected.ToBuilder();
        _pathUsers = pathUsers;
    }

    /// <summary>Adds many routes at once.</summary>
    public void AddAll(IEnumerable<Route> routes)
    {
        Route[] all = [.. routes];
        var translated = new (Candidate[]? Candidates, string? Reason)[all.Length];
        if (all.Length < Many)
        {
            for (int i = 0; i < all.Length; i++)
            {
                translated[i] = Translate(all[i]);
            }

            Enlist(all, translated);
            Index(translated);
            return;
        }

        Parallel.For(0, all.Length, i => translated[i] = Translate(all[i]));
        Parallel.Invoke(() => Enlist(all, translated), () => Index(translated));
    }

    /// <summary>Applies a change.</summary>
    public void Apply(RouterChanges changes)
    {
        foreach (Guid id in changes.Removed)
        {
            Remove(id);
        }

        foreach (Route route in changes.Changed)
        {
            Remove(route.Id);
        }

        AddAll(changes.Changed);
    }

    /// <summary>The router; the builder must not be used again.</summary>
    public Router Build() => new(
        _flavor,
        new RouteSpaces(Of(RouteProtocol.Http), Of(RouteProtocol.Tcp), Of(RouteProtocol.Tls), Of(RouteProtocol.Udp)),
        _routes.ToImmutable(),
        _rejected.ToImmutable(),
        _pathUsers);

    // Looks at nothing but the route: many are translated at once.
    private (Candidate[]? Candidates, string? Reason) Translate(Route route)
    {
        LongWork.GiveWay();
        string? reason;
        Candidate[]? candidates = _flavor switch
        {
            RouterFlavor.Traditional => TraditionalRoutes.Translate(route, out reason),
            RouterFlavor.Expressions => ExpressionRoutes.Translate(route, out reason),
            _ => CompatibleRoutes.Translate(route, out reason),
        };
        return (candidates, reason);
    }

    private void Enlist(Route[] routes, (Candidate[]? Candidates, string? Reason)[] translated)
    {
        for (int i = 0; i < routes.Length; i++)
        {
            (Candidate[]? candidates, string? reason) = translated[i];
            if (candidates is null)
            {
                _rejected[routes[i].Id] = new RejectedRoute(routes[i], reason ?? "the route cannot be understood");
            }
            else if (candidates.Length > 0)
            {
                // A later entry of the same id replaces an earlier one only through Apply; here ids are the caller's duty.
                _routes[routes[i].Id] = candidates;
            }
        }
    }

    private void Index((Candidate[]? Candidates, string? Reason)[] translated)
    {
        // In the order of evaluation every list only ever grows at its end.
        List<Candidate> candidates = [.. translated.SelectMany(static one => one.Candidates ?? [])];
        candidates.Sort(static (left, right) => right.Order.CompareTo(left.Order));
        candidates.ForEach(Index);
    }

    private void Index(Candidate candidate)
    {
        ref RouteIndex index = ref _indexes[(int)candidate.Space];
        LongWork.GiveWay();
        foreach (IndexKey key in candidate.Keys)
        {
            index = index.With(candidate, key, _token);
        }

        _pathUsers += candidate.UsesPath ? 1 : 0;
    }

    private void Remove(Guid id)
    {
        _rejected.Remove(id);
        if (!_routes.TryGetValue(id, out Candidate[]? candidates))
        {
            return;
        }

        _routes.Remove(id);
        foreach (Candidate candidate in candidates)
        {
            ref RouteIndex index = ref _indexes[(int)candidate.Space];
            foreach (IndexKey key in candidate.Keys)
            {
                index = index.Without(candidate, key, _token);
            }

            _pathUsers -= candidate.UsesPath ? 1 : 0;
        }
    }

    private RouteIndex Of(RouteProtocol space) => _indexes[(int)space];
}
