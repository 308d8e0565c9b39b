using System.Text;
using System.Text.RegularExpressions;
using Gibbon.Pdk.Entities;
using Gibbon.Routing;
using Gibbon.Routing.Flavors;
using Gibbon.Settings;

namespace Gibbon.Tests.Routing;

/// <summary>
/// What the router must answer, found the slow way: all routes in order, each looked at field by field, on strings. Shares
/// nothing with the router but the priority's arithmetic and the parser.
/// </summary>
internal sealed class NaiveRouter
{
    private readonly List<(Route Route, Func<RequestSample, int?> Match)> _ordered = [];

    public NaiveRouter(RouterFlavor flavor, IEnumerable<Route> routes)
    {
        List<(Route Route, IReadOnlyList<string>? Paths, UInt128 Id, int Part)> parts = [];
        foreach (Route route in routes)
        {
            parts.AddRange(flavor == RouterFlavor.Traditional ? Single(route) : Grouped(route));
        }

        parts.Sort((one, other) => flavor == RouterFlavor.Traditional ? ByAge(one, other) : ByPriority(flavor, one, other));
        foreach ((Route route, IReadOnlyList<string>? paths, _, _) in parts)
        {
            _ordered.Add((route, sample => Matches(flavor, route, paths, sample)));
        }
    }

    /// <summary>The route and how much of the path it matched.</summary>
    public (Guid Id, int Matched)? Find(RequestSample sample)
    {
        foreach ((Route route, Func<RequestSample, int?> match) in _ordered)
        {
            if (match(sample) is { } matched)
            {
                return (route.Id, matched);
            }
        }

        return null;
    }

    private static IEnumerable<(Route, IReadOnlyList<string>?, UInt128, int)> Single(Route route)
        => (route.Paths ?? []).Count == 0
            ? [(route, null, RouteOrder.NumberOf(route.Id), 0)]
            : route.Paths!.Select((path, i) => (route, (IReadOnlyList<string>?)[path], RouteOrder.NumberOf(route.Id), i));

    private static IEnumerable<(Route, IReadOnlyList<string>?, UInt128, int)> Grouped(Route route)
    {
        IGrouping<int, string>[] groups = route.Expression is not null ? []
            : [.. (route.Paths ?? []).GroupBy(path => path[0] == '~' ? 0 : Encoding.UTF8.GetByteCount(path))];
        return groups.Length < 2
            ? [(route, route.Paths, RouteOrder.NumberOf(route.Id), 0)]
            : groups.Select((group, i) => (route, (IReadOnlyList<string>?)[.. group], RouteIds.OfPart(route.Id, i + 1), 0));
    }

    private static int ByPriority(RouterFlavor flavor, (Route Route, IReadOnlyList<string>? Paths, UInt128 Id, int Part) one, (Route Route, IReadOnlyList<string>? Paths, UInt128 Id, int Part) other)
    {
        ulong Priority(Route route, IReadOnlyList<string>? paths)
            => flavor == RouterFlavor.Expressions && route.Expression is not null ? 0xFF00000000000000 | (ulong)route.Priority : RoutePriority.OfHttp(route, paths);
        int order = Priority(other.Route, other.Paths).CompareTo(Priority(one.Route, one.Paths));
        return order != 0 ? order : other.Id.CompareTo(one.Id);
    }

    private static int ByAge((Route Route, IReadOnlyList<string>? Paths, UInt128 Id, int Part) one, (Route Route, IReadOnlyList<string>? Paths, UInt128 Id, int Part) other)
    {
        static long[] Key(Route route, IReadOnlyList<string>? paths, int part)
        {
            bool regex = paths?[0][0] == '~';
            bool wildcard = route.Hosts?.Any(host => host.Contains('*')) == true;
            int[] set = [route.Hosts?.Count ?? 0, route.Headers?.Count ?? 0, paths?.Count ?? 0, route.Methods?.Count ?? 0, route.Snis?.Count ?? 0];
            return
            [
                set.Count(count => count > 0),
                set.Aggregate(0L, (bits, count) => (bits << 1) | (count > 0 ? 1L : 0)),
                route.Hosts?.Any(host => host.Contains('*') && host.Contains(':')) == true ? 1 : 0,
                route.Hosts is not null && !wildcard ? 1 : 0,
                regex ? 1 : 0,
                route.Headers?.Count ?? 0,
                regex ? route.RegexPriority ?? 0 : 0,
                regex || paths is null ? 0 : Encoding.UTF8.GetByteCount(paths[0]),
                -route.CreatedAt.ToUnixTimeSeconds(),
            ];
        }

        long[] left = Key(one.Route, one.Paths, one.Part);
        long[] right = Key(other.Route, other.Paths, other.Part);
        for (int i = 0; i < left.Length; i++)
        {
            if (left[i] != right[i])
            {
                return right[i].CompareTo(left[i]);
            }
        }

        int order = other.Id.CompareTo(one.Id);
        return order != 0 ? order : one.Part.CompareTo(other.Part);
    }

    private static int? Matches(RouterFlavor flavor, Route route, IReadOnlyList<string>? paths, RequestSample sample)
    {
        int matched = 0;
        if (flavor == RouterFlavor.Expressions)
        {
            string[] words = [.. route.Protocols.Select(protocol => protocol.ToString().ToLowerInvariant())];
            if (words is not ["https"] && !words.Contains(sample.Protocol.ToString().ToLowerInvariant()))
            {
                return null;
            }

            if (route.Expression is not null)
            {
                return NaiveExpression.Matches(route.Expression, sample, ref matched) ? matched : null;
            }
        }

        bool holds = Set(route.Methods, method => method == sample.Method)
            && Set(route.Hosts, host => flavor == RouterFlavor.Traditional ? OldHost(host, sample) : Host(host, sample))
            && Set(route.Snis, sni => sni.TrimEnd('.') == sample.Sni || (sample.Protocol == RouteProtocol.Http && (flavor == RouterFlavor.Traditional || route.Protocols is not [Protocol.Https])))
            && (route.Headers ?? new Dictionary<string, IReadOnlyList<string>>()).All(header => header.Value.Any(value => Header(flavor, header.Key, value, header.Value.Count, sample)));
        if (!holds || paths is not { Count: > 0 })
        {
            return holds ? 0 : null;
        }

        string text = Encoding.UTF8.GetString(sample.Path);
        foreach (string path in paths)
        {
            // The caret that Kong puts before a pattern belongs to its first alternative only.
            if (path[0] == '~' && Regex.Match(text, flavor == RouterFlavor.Traditional ? $"^(?:{path[1..]})" : $"^{path[1..]}") is { Success: true } match)
            {
                return Encoding.UTF8.GetByteCount(match.Value);
            }

            if (path[0] != '~' && text.StartsWith(path, StringComparison.Ordinal))
            {
                return Encoding.UTF8.GetByteCount(path);
            }
        }

        return null;
    }

    private static bool Set(IReadOnlyList<string>? values, Func<string, bool> holds) => values is not { Count: > 0 } || values.Any(holds);

    private static (string Host, int? Port) Split(string host)
    {
        string[] parts = host.Split(':');
        return parts.Length == 2 && int.TryParse(parts[1], out int port) ? (parts[0], port) : (host, null);
    }

    private static bool Host(string pattern, RequestSample sample)
    {
        (string wanted, int? wantedPort) = Split(pattern);
        (string host, int? port) = Split(sample.Host);
        return host.Length > 0 && (wantedPort is null || wantedPort == (port ?? sample.DestinationPort)) && wanted switch
        {
            ['*', .. string end] => host.EndsWith(end, StringComparison.Ordinal),
            [.. string start, '*'] => host.StartsWith(start, StringComparison.Ordinal),
            _ => host == wanted,
        };
    }

    private static bool OldHost(string pattern, RequestSample sample)
    {
        (string wanted, int? wantedPort) = Split(pattern);
        (string host, int? port) = Split(sample.Host);
        int actual = port ?? (sample.Protocol == RouteProtocol.Https ? 443 : 80);
        bool portFits = wantedPort is null || wantedPort == actual;
        return host.Length > 0 && portFits && Regex.IsMatch(host, "^" + Regex.Escape(wanted).Replace("\\*", ".+", StringComparison.Ordinal) + "$");
    }

    private static bool Header(RouterFlavor flavor, string name, string wanted, int count, RequestSample sample)
    {
        bool regex = wanted.StartsWith("~*", StringComparison.Ordinal) && (flavor != RouterFlavor.Traditional || count == 1);
        return sample.Headers.Any(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
            && (regex
                ? Regex.IsMatch(header.Value.ToLowerInvariant(), flavor == RouterFlavor.Traditional ? wanted[2..] : wanted[2..].ToLowerInvariant())
                : header.Value.Equals(wanted, StringComparison.OrdinalIgnoreCase)));
    }
}
