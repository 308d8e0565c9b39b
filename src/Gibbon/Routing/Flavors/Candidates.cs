using Gibbon.Pdk.Entities;
using Gibbon.Routing.Conditions;
using Gibbon.Routing.Expressions;
using Gibbon.Routing.Index;

namespace Gibbon.Routing.Flavors;

/// <summary>Candidates from expressions.</summary>
internal static class Candidates
{
    /// <summary>One candidate for HTTP, or one for each kind of stream that the route is for and the expression can match.</summary>
    public static IEnumerable<Candidate> Of(Route route, RouteOrder order, Expression expression)
    {
        bool stream = route.IsStream();
        Condition condition = ConditionCompiler.Compile(expression, http: !stream);
        if (!stream)
        {
            return [new Candidate(RouteProtocol.Http, order, condition, UsesPath(expression), route, IndexKeys.OfHttp(expression))];
        }

        List<Candidate> candidates = [];
        foreach (RouteProtocol protocol in route.StreamKinds())
        {
            if (IndexKeys.OfStream(expression, protocol) is { Length: > 0 } keys)
            {
                candidates.Add(new Candidate(protocol, order, condition, false, route, keys));
            }
        }

        return candidates;
    }

    private static bool UsesPath(Expression expression) => expression switch
    {
        AndExpression and => UsesPath(and.Left) || UsesPath(and.Right),
        OrExpression or => UsesPath(or.Left) || UsesPath(or.Right),
        NotExpression not => UsesPath(not.Inner),
        _ => ((Predicate)expression).Field.StartsWith("http.path", StringComparison.Ordinal),
    };

    /// <summary>The paths of a route in the groups that have their own priority: the regexes, and prefixes of one length.</summary>
    public static List<List<string>> PathGroups(Route route)
    {
        List<List<string>> groups = [];
        Dictionary<int, List<string>> byLength = [];
        foreach (string path in route.Paths ?? [])
        {
            int length = RouteFields.IsRegex(path) ? 0 : System.Text.Encoding.UTF8.GetByteCount(path);
            if (!byLength.TryGetValue(length, out List<string>? group))
            {
                group = byLength[length] = [];
                groups.Add(group);
            }

            group.Add(path);
        }

        return groups;
    }
}
