using Gibbon.Pdk.Entities;
using Gibbon.Routing.Expressions;

namespace Gibbon.Routing.Flavors;

/// <summary>Routes of fields as the flavour traditional_compatible reads them.</summary>
internal static class CompatibleRoutes
{
    /// <summary>The candidates of a route, or null and why it cannot take part.</summary>
    public static Candidate[]? Translate(Route route, out string? reason) => Translate(route, guard: null, out reason);

    /// <summary>The candidates of a route with another condition after its own.</summary>
    public static Candidate[]? Translate(Route route, Expression? guard, out string? reason)
    {
        if (route.IsStream())
        {
            RouteOrder order = new(RoutePriority.OfStream(route), 0, RouteOrder.NumberOf(route.Id));
            return Of(route, order, null, guard, out reason) is { } stream ? [.. stream] : null;
        }

        List<List<string>> groups = Candidates.PathGroups(route);
        if (groups.Count < 2)
        {
            RouteOrder order = new(RoutePriority.OfHttp(route, route.Paths), 0, RouteOrder.NumberOf(route.Id));
            return Of(route, order, route.Paths, guard, out reason) is { } whole ? [.. whole] : null;
        }

        // Each part stands and falls alone: a bad regex takes the regexes with it, not the prefixes.
        List<Candidate> candidates = [];
        reason = null;
        for (int i = 0; i < groups.Count; i++)
        {
            RouteOrder order = new(RoutePriority.OfHttp(route, groups[i]), 0, RouteIds.OfPart(route.Id, i + 1));
            candidates.AddRange(Of(route, order, groups[i], guard, out string? fault) ?? []);
            reason ??= fault;
        }

        return candidates.Count > 0 ? [.. candidates] : null;
    }

    private static IEnumerable<Candidate>? Of(Route route, RouteOrder order, IReadOnlyList<string>? paths, Expression? guard, out string? reason)
    {
        Expression? expression = RouteExpression.Of(route, paths, out reason);
        if (expression is null)
        {
            reason ??= "could not find expression";
            return null;
        }

        reason = ExpressionCheck.Meaning(expression, http: !route.IsStream());
        return reason is null ? Candidates.Of(route, order, guard is null ? expression : new AndExpression(expression, guard)) : null;
    }
}
