using Gibbon.Pdk.Entities;
using Gibbon.Routing.Expressions;
using Gibbon.Routing.Regexes;

namespace Gibbon.Routing.Flavors;

/// <summary>The expression that a route of fields stands for: what Kong's compatible flavour compiles.</summary>
internal static class RouteExpression
{
    /// <summary>The expression of a route's fields with these paths; null when it has none, or when <paramref name="error"/> says what is wrong.</summary>
    public static Expression? Of(Route route, IReadOnlyList<string>? paths, out string? error)
    {
        string? fault = null;
        Expression? expression = And(Snis(route), Endpoints("src", route.Sources, ref fault));
        expression = And(expression, Endpoints("dst", route.Destinations, ref fault));
        if (!route.IsStream())
        {
            expression = And(expression, Any(route.Methods, method => Text("http.method", Operator.Equals, method)));
            expression = And(expression, Any(route.Hosts, Host));
            expression = And(expression, Any(paths, path => Path(path, ref fault)));
            foreach ((string name, IReadOnlyList<string> values) in route.Headers ?? new Dictionary<string, IReadOnlyList<string>>())
            {
                expression = And(expression, Any(values, value => Header(name, value, ref fault)));
            }
        }

        error = fault;
        return fault is null ? expression : null;
    }

    // The server name counts only where there is TLS. An https route that would tell a request in clear no more than "426" is
    // left out for it; one that redirects is not.
    private static Expression? Snis(Route route)
    {
        Expression? snis = Any(route.Snis, Sni);
        return snis is null || route is { Protocols: [Protocol.Https], HttpsRedirectStatusCode: 426 }
            ? snis
            : new OrExpression(Text("net.protocol", Operator.NotEquals, route.IsStream() ? "tls" : "https"), snis);
    }

    private static Predicate Sni(string written)
    {
        string sni = RouteFields.WithoutLastDot(written);
        return sni.StartsWith('*') ? Text("tls.sni", Operator.Postfix, sni[1..])
            : sni.EndsWith('*') ? Text("tls.sni", Operator.Prefix, sni[..^1])
            : Text("tls.sni", Operator.Equals, sni);
    }

    private static Expression Host(string written)
    {
        string host = RouteFields.HostOf(written, out int? port);
        Expression named = host.StartsWith('*') ? Text("http.host", Operator.Postfix, host[1..])
            : host.EndsWith('*') ? Text("http.host", Operator.Prefix, host[..^1])
            : Text("http.host", Operator.Equals, host);
        return port is { } number ? new AndExpression(named, Port("dst", number)) : named;
    }

    private static Predicate Path(string path, ref string? fault)
        => RouteFields.IsRegex(path)
            ? Regex("http.path", "^" + path[1..].Replace("?<", "?P<", StringComparison.Ordinal), ref fault)
            : Text("http.path", Operator.Prefix, path);

    private static Predicate Header(string name, string value, ref string? fault)
    {
        string field = "http.headers." + RouteFields.AsciiLower(name).Replace('-', '_');
        string lower = RouteFields.AsciiLower(value);
        Predicate predicate = lower.StartsWith("~*", StringComparison.Ordinal)
            ? Regex(field, lower[2..], ref fault)
            : Text(field, Operator.Equals, lower);
        return predicate with { Lower = true, Any = true };
    }

    /// <summary>The expression of sources ("src") or destinations ("dst").</summary>
    public static Expression? Endpoints(string side, IReadOnlyList<RouteEndpoint>? endpoints, ref string? fault)
    {
        List<Expression> parts = [];
        foreach (RouteEndpoint endpoint in endpoints ?? [])
        {
            Expression? port = endpoint.Port is { } number ? Port(side, number) : null;
            Expression? both = And(endpoint.Ip is { } ip ? Address(side, ip, ref fault) : null, port);
            if (both is not null)
            {
                parts.Add(both);
            }
        }

        return Any(parts, part => part);
    }

    private static Predicate? Address(string side, string ip, ref string? fault)
    {
        if (NetworkRange.TryParse(ip, out NetworkRange? range))
        {
            return new Predicate($"net.{side}.ip", false, false, Operator.In, new RangeLiteral(range.Value.Aligned()));
        }

        if (NetworkAddress.TryParse(ip, out NetworkAddress address))
        {
            return new Predicate($"net.{side}.ip", false, false, Operator.Equals, new AddressLiteral(address));
        }

        fault ??= $"invalid IP address: {ip}";
        return null;
    }

    private static Predicate Port(string side, int port) => new($"net.{side}.port", false, false, Operator.Equals, new NumberLiteral(port));

    private static Predicate Text(string field, Operator @operator, string text) => new(field, false, false, @operator, new TextLiteral(text));

    private static Predicate Regex(string field, string pattern, ref string? fault)
    {
        RouteRegex? regex = RouteRegex.Create(pattern, RegexDialect.Linear, out RegexError? error);
        fault ??= error?.ToString();
        return new Predicate(field, false, false, Operator.Regex, regex is null ? new TextLiteral(pattern) : new RegexLiteral(regex));
    }

    private delegate Expression Part<in T>(T value);

    private static Expression? And(Expression? left, Expression? right) => left is null ? right : right is null ? left : new AndExpression(left, right);

    private static Expression? Any<T>(IReadOnlyCollection<T>? values, Part<T> part)
    {
        Expression? any = null;
        foreach (T value in values ?? [])
        {
            any = any is null ? part(value) : new OrExpression(any, part(value));
        }

        return any;
    }
}
