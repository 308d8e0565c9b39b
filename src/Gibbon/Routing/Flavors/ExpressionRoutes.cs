using Gibbon.Pdk.Entities;
using Gibbon.Routing.Expressions;

namespace Gibbon.Routing.Flavors;

/// <summary>Routes as the flavour expressions reads them: expressions before routes of fields, and the protocol counts.</summary>
internal static class ExpressionRoutes
{
    /// <summary>The candidates of a route, or null and why it cannot take part.</summary>
    public static Candidate[]? Translate(Route route, out string? reason)
    {
        Expression? guard = Guard(route);
        if (route.Expression is null)
        {
            return CompatibleRoutes.Translate(route, guard, out reason);
        }

        Expression? expression = ExpressionCheck.Read(route.Expression, http: !route.IsStream(), out reason);
        if (expression is null)
        {
            return null;
        }

        RouteOrder order = new(RoutePriority.OfExpressions | (ulong)route.Priority, 0, RouteOrder.NumberOf(route.Id));
        return [.. Candidates.Of(route, order, guard is null ? expression : new AndExpression(expression, guard))];
    }

    // A route of https, tls or tls_passthrough alone matches in clear too: that is how its redirect can answer.
    private static Expression? Guard(Route route)
    {
        if (route.Protocols is [Protocol.Https] or [Protocol.Tls] or [Protocol.TlsPassthrough])
        {
            return null;
        }

        Expression? guard = null;
        foreach (Protocol protocol in route.Protocols)
        {
            string word = protocol switch
            {
                Protocol.Http or Protocol.Grpc => "http",
                Protocol.Https or Protocol.Grpcs => "https",
                Protocol.Tls => "tls",
                Protocol.Udp => "udp",
                _ => "tcp",
            };
            Predicate is_ = new("net.protocol", false, false, Operator.Equals, new TextLiteral(word));
            guard = guard is null ? is_ : new OrExpression(guard, is_);
        }

        return guard;
    }
}
