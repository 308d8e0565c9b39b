using System.Collections.Immutable;
using Gibbon.Pdk.Entities;
using Gibbon.Routing.Flavors;
using Gibbon.Routing.Index;
using Gibbon.Settings;

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

    /// <summary>Applies a change.</summary>
    public void Apply(RouterChanges changes)
    {
        // An index is made anew in less time than it takes to change much of it one by one, and it is read faster afterwards.
        bool isWhole = changes.Changed.Count + changes.Removed.Count >= Math.Max(Many, _routes.Count / 4);
        foreach (Guid id in changes.Removed.Concat(changes.Changed.Select(static route => route.Id)))
        {
            Remove(id, isWhole);
        }

        Route[] changed = [.. changes.Changed];
        (Candidate[]? Candidates, string? Reason)[] translated = TranslateAll(changed);
        if (isWhole)
        {
            MakeWhole(changed, translated);
            return;
        }

        for (int i = 0; i < changed.Length; i++)
        {
            Enlist(changed[i], translated[i].Candidates, translated[i].Reason);
        }

        // In the order of evaluation every list only ever grows at its end.
        List<Candidate> candidates = [.. translated.SelectMany(static one => one.Candidates ?? [])];
        candidates.Sort(static (left, right) => right.Order.CompareTo(left.Order));
        candidates.ForEach(Index);
    }

    /// <summary>The router; the builder must not be used again.</summary>
    public Router Build() => new(
        _flavor,
        new RouteSpaces(Of(RouteProtocol.Http), Of(RouteProtocol.Tcp), Of(RouteProtocol.Tls), Of(RouteProtocol.Udp)),
        _routes.ToImmutable(),
        _rejected.ToImmutable(),
        _pathUsers);

    private void MakeWhole(Route[] routes, (Candidate[]? Candidates, string? Reason)[] translated)
    {
        // Candidates move in memory: what a router that is in use knows of them is copied.
        foreach ((Guid id, Candidate[] candidates) in _routes.ToArray())
        {
            _routes[id] = [.. candidates];
        }

        Candidate[][] all = [.. _routes.Values, .. translated.Select(static one => one.Candidates).OfType<Candidate[]>()];
        _pathUsers = all.Sum(static candidates => candidates.Count(static candidate => candidate.UsesPath));
        Parallel.Invoke(
            () =>
            {
                foreach (RouteProtocol space in RouteSpaces.Kinds)
                {
                    _indexes[(int)space] = WholeIndex.Of(all, space);
                }
            },
            () =>
            {
                for (int i = 0; i < routes.Length; i++)
                {
                    Enlist(routes[i], translated[i].Candidates, translated[i].Reason);
                }
            });
    }

    private (Candidate[]? Candidates, string? Reason)[] TranslateAll(Route[] routes)
    {
        var translated = new (Candidate[]?, string?)[routes.Length];
        if (routes.Length < Many)
        {
            for (int i = 0; i < routes.Length; i++)
            {
                translated[i] = Translate(routes[i]);
            }
        }
        else
        {
            Parallel.For(0, routes.Length, i => translated[i] = Translate(routes[i]));
        }

        return translated;
    }

    // Looks at nothing but the route: many are translated at once.
    private (Candidate[]? Candidates, string? Reason) Translate(Route route)
    {
        string? reason;
        Candidate[]? candidates = _flavor switch
        {
            RouterFlavor.Traditional => TraditionalRoutes.Translate(route, out reason),
            RouterFlavor.Expressions => ExpressionRoutes.Translate(route, out reason),
            _ => CompatibleRoutes.Translate(route, out reason),
        };
        return (candidates, reason);
    }

    private void Enlist(Route route, Candidate[]? candidates, string? reason)
    {
        if (candidates is null)
        {
            _rejected[route.Id] = new RejectedRoute(route, reason ?? "the route cannot be understood");
        }
        else if (candidates.Length > 0)
        {
            // A later entry of the same id replaces an earlier one only through Apply; here ids are the caller's duty.
            _routes[route.Id] = candidates;
        }
    }

    private void Index(Candidate candidate)
    {
        ref RouteIndex index = ref _indexes[(int)candidate.Space];
        foreach (IndexKey key in candidate.Keys)
        {
            index = index.With(candidate, key, _token);
        }

        _pathUsers += candidate.UsesPath ? 1 : 0;
    }

    private void Remove(Guid id, bool fromListOnly)
    {
        _rejected.Remove(id);
        if (!_routes.TryGetValue(id, out Candidate[]? candidates))
        {
            return;
        }

        _routes.Remove(id);
        foreach (Candidate candidate in fromListOnly ? [] : candidates)
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
