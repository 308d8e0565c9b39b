using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Unicode;
using Gibbon.Pdk.Entities;
using Gibbon.Routing.Conditions;
using Gibbon.Routing.Index;
using Gibbon.Settings;

namespace Gibbon.Routing;

/// <summary>
/// Which route a request belongs to. Immutable: a change gives a new router that shares nearly everything with the old one.
/// The answer is that of asking all routes from the greatest priority downward; the index only spares the asking.
/// </summary>
internal sealed class Router
{
    private readonly RouteSpaces _spaces;
    private readonly ImmutableDictionary<Guid, Candidate[]> _routes;
    private readonly ImmutableDictionary<Guid, RejectedRoute> _rejected;
    private readonly bool _refusesMalformedPaths;

    internal Router(
        RouterFlavor flavor, RouteSpaces spaces, ImmutableDictionary<Guid, Candidate[]> routes, ImmutableDictionary<Guid, RejectedRoute> rejected, int pathUsers)
    {
        Flavor = flavor;
        _spaces = spaces;
        _routes = routes;
        _rejected = rejected;
        PathUsers = pathUsers;

        // A path that is not UTF-8 cannot be given to Kong's expressions: as soon as a route looks at paths, it gets no route.
        _refusesMalformedPaths = pathUsers > 0 && flavor != RouterFlavor.Traditional;
    }

    /// <summary>The flavour.</summary>
    public RouterFlavor Flavor { get; }

    /// <summary>The number of routes that take part.</summary>
    public int Count => _routes.Count;

    /// <summary>The routes that do not take part, and why.</summary>
    public IEnumerable<RejectedRoute> Rejected => _rejected.Values;

    /// <summary>The number of candidates that look at the path.</summary>
    internal int PathUsers { get; }

    /// <summary>A router of these routes.</summary>
    public static Router Create(RouterFlavor flavor, IEnumerable<Route> routes)
    {
        RouterBuilder builder = new(flavor);
        builder.AddAll(routes);
        return builder.Build();
    }

    /// <summary>The router after a change; its cost follows the change, not the number of routes.</summary>
    public Router With(RouterChanges changes)
    {
        RouterBuilder builder = new(Flavor, _spaces, _routes, _rejected, PathUsers);
        builder.Apply(changes);
        return builder.Build();
    }

    /// <summary>Finds the route of an HTTP request. Allocates nothing.</summary>
    [SkipLocalsInit]
    public bool Match(in RouteRequest request, ref RouteMatch match)
    {
        if (_refusesMalformedPaths && !Utf8.IsValid(request.Path))
        {
            return false;
        }

        Span<char> scratch = stackalloc char[Evaluation.ScratchLength];
        Evaluation evaluation = new(request, scratch);
        return Find(_spaces.Http, ref evaluation, evaluation.Host, evaluation.Path, ref match);
    }

    /// <summary>Finds the route of a TCP, TLS or UDP session. Allocates nothing.</summary>
    public bool MatchStream(in RouteRequest request, ref RouteMatch match)
    {
        Evaluation evaluation = new(request, default);
        ReadOnlySpan<byte> port = [(byte)(request.DestinationPort >> 8), (byte)request.DestinationPort];
        return Find(_spaces[request.Protocol], ref evaluation, evaluation.Sni, port, ref match);
    }

    /// <summary>The first condition of a route that a request does not satisfy, in words; null when it satisfies all of them.</summary>
    public string? WhyNot(Guid route, in RouteRequest request)
    {
        if (!_routes.TryGetValue(route, out Candidate[]? candidates))
        {
            return "the route takes no part";
        }

        Evaluation evaluation = new(request, new char[Evaluation.ScratchLength]);
        string? reason = null;
        foreach (Candidate candidate in candidates)
        {
            if (candidate.Condition.Failing(ref evaluation) is not { } failing)
            {
                reason = null;
                break;
            }

            reason = failing.ToString();
        }

        evaluation.Dispose();
        return reason;
    }

    /// <summary>What becomes of every route for an HTTP request, in the order in which they are asked; the first that matches is the answer of <see cref="Match"/>.</summary>
    public List<RouteVerdict> Explain(in RouteRequest request)
    {
        bool isRefused = _refusesMalformedPaths && !Utf8.IsValid(request.Path);
        Evaluation evaluation = new(request, new char[Evaluation.ScratchLength]);
        List<RouteVerdict> verdicts = new(_routes.Count);
        foreach (Candidate[] candidates in _routes.Values)
        {
            RouteVerdict? best = null;
            foreach (Candidate candidate in candidates)
            {
                string? failing = candidate.Space is not (RouteProtocol.Http or RouteProtocol.Https) ? "it is for streams"
                    : isRefused ? "the path is not UTF-8"
                    : candidate.Condition.Failing(ref evaluation)?.ToString();
                if (best is null || (failing is null, candidate.Order.Precedes(best.Order)) is (true, true) || (failing is null && !best.Matches)
                    || (failing is not null && !best.Matches && candidate.Order.Precedes(best.Order)))
                {
                    best = new RouteVerdict(candidate.Route, candidate.Order, failing);
                }
            }

            verdicts.Add(best!);
        }

        evaluation.Dispose();
        verdicts.Sort(static (left, right) => right.Order.CompareTo(left.Order));
        return verdicts;
    }

    private static bool Find(RouteIndex index, ref Evaluation evaluation, scoped ReadOnlySpan<byte> host, scoped ReadOnlySpan<byte> path, ref RouteMatch match)
    {
        CandidateQueue queue = default;
        index.Collect(host, path, ref queue);
        bool found = false;
        while (queue.Next() is { } candidate)
        {
            evaluation.Begin();
            if (candidate.Holds(ref evaluation))
            {
                match.Route = candidate.Route;
                match.Traits = candidate.Traits;
                match.Path = evaluation.PathMatch;
                match.Host = evaluation.HostMatch;
                found = true;
                break;
            }
        }

        queue.Dispose();
        evaluation.Dispose();
        return found;
    }
}
