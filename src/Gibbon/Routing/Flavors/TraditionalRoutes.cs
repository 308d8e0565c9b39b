using System.Text;
using Gibbon.Pdk.Entities;
using Gibbon.Routing.Conditions;
using Gibbon.Routing.Index;
using Gibbon.Routing.Regexes;

namespace Gibbon.Routing.Flavors;

/// <summary>Routes as the deprecated flavour traditional reads them: categories, weights, then age.</summary>
internal static class TraditionalRoutes
{
    /// <summary>One candidate for each path (and kind of stream), or null and why the route cannot take part.</summary>
    public static Candidate[]? Translate(Route route, out string? reason)
    {
        string?[] paths = route.Paths.IsSet() ? [.. route.Paths!] : [null];
        List<Candidate> candidates = [];
        for (int part = 0; part < paths.Length; part++)
        {
            if (Conditions(route, paths[part], out byte[] literal, out reason) is not { } conditions)
            {
                return null;
            }

            Condition all = conditions.Count == 1 ? conditions[0] : new AllOf([.. conditions]);
            RouteOrder order = TraditionalWeight.Of(route, paths[part], part);
            foreach (RouteProtocol space in route.IsStream() ? route.StreamKinds() : [RouteProtocol.Http])
            {
                candidates.Add(new Candidate(space, order, all, paths[part] is not null, route, route.IsStream() ? [IndexKey.Everywhere] : Keys(route, literal)));
            }
        }

        reason = null;
        return [.. candidates];
    }

    private static List<Condition>? Conditions(Route route, string? path, out byte[] literal, out string? reason)
    {
        List<Condition> all = [];
        literal = [];
        reason = null;
        if (route.Methods.IsSet())
        {
            all.Add(new MethodIs(route.Methods!.Select(method => Encoding.UTF8.GetBytes(method.ToUpperInvariant())), "http.method"));
        }

        if (route.Hosts.IsSet())
        {
            all.Add(new TraditionalHost(route.Hosts!));
        }

        if (path is not null && RouteFields.IsRegex(path))
        {
            if (RouteRegex.CreateAnchored(path[1..], out RegexError? error) is not { } regex)
            {
                reason = error!.ToString();
                return null;
            }

            literal = regex.LiteralPrefix;
            all.Add(new PathMatches(regex));
        }
        else if (path is not null)
        {
            literal = Encoding.UTF8.GetBytes(path);
            all.Add(new PathStartsWith(literal));
        }

        foreach ((string name, IReadOnlyList<string> values) in route.Headers ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            all.Add(new TraditionalHeader(name, values));
        }

        if (route.Snis.IsSet())
        {
            all.Add(new TraditionalSni(route.Snis!));
        }

        Add(all, "src", route.Sources, ref reason);
        Add(all, "dst", route.Destinations, ref reason);
        reason ??= all.Count == 0 ? "could not categorize route" : null;
        return reason is null ? all : null;
    }

    private static void Add(List<Condition> all, string side, IReadOnlyList<RouteEndpoint>? endpoints, ref string? reason)
    {
        if (endpoints.IsSet() && RouteExpression.Endpoints(side, endpoints, ref reason) is { } expression)
        {
            all.Add(ConditionCompiler.Compile(expression, http: false));
        }
    }

    private static IndexKey[] Keys(Route route, byte[] path)
    {
        if (!route.Hosts.IsSet())
        {
            return [new IndexKey(HostPin.Any, [], path)];
        }

        List<IndexKey> keys = [];
        foreach (string host in route.Hosts!.Select(host => RouteFields.HostOf(host, out _)).Distinct(StringComparer.Ordinal))
        {
            // An IPv6 host is not split at its port as the index splits.
            HostPin pin = host.StartsWith('[') ? HostPin.Any : host.StartsWith('*') ? HostPin.Suffix : host.EndsWith('*') ? HostPin.Prefix : HostPin.Exact;
            keys.Add(new IndexKey(pin, pin == HostPin.Any ? [] : Encoding.UTF8.GetBytes(host.Trim('*')), path));
        }

        return [.. keys];
    }
}
