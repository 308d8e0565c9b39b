using System.Text;
using Gibbon.Pdk.Entities;

namespace Gibbon.Routing.Flavors;

/// <summary>
/// The 64-bit priority of a route of fields: number of attributes, plain hosts only, number of headers, regex, regex_priority,
/// prefix length. Kong means them for separate bits, but shifts the counts as 32-bit numbers: the number of attributes lands
/// at bit 29 (and from four attributes on its sign fills all bits above), that of the headers at bit 20, and only "plain hosts"
/// (bit 60) and "regex" (bit 51) where they belong. So a route with plain hosts goes before those without, up to three
/// attributes. The recorded answers show it, and the order of routes is what users rely on.
/// </summary>
internal static class RoutePriority
{
    /// <summary>What every expression has, so that it goes before all routes of fields.</summary>
    public const ulong OfExpressions = 0xFF00000000000000;

    private const ulong StreamBit = 1UL << 61;

    /// <summary>The priority of an HTTP route whose paths are <paramref name="paths"/>: all regexes, or all of one length.</summary>
    public static ulong OfHttp(Route route, IReadOnlyList<string>? paths)
    {
        uint attributes = 0;
        attributes += route.Sources.IsSet() ? 1u : 0;
        attributes += route.Destinations.IsSet() ? 1u : 0;
        attributes += route.Methods.IsSet() ? 1u : 0;
        attributes += route.Hosts.IsSet() ? 1u : 0;
        attributes += route.Headers.IsSet() ? 1u : 0;
        attributes += route.Snis.IsSet() ? 1u : 0;
        attributes += paths.IsSet() ? 1u : 0;

        ulong priority = Shifted(attributes, 61);
        priority |= route.Hosts is { } hosts && hosts.All(host => !host.Contains('*')) ? 1UL << 60 : 0;
        priority |= Shifted(Math.Min(route.Headers?.Count ?? 0, 255), 52);
        if (!paths.IsSet())
        {
            return priority;
        }

        // A negative regex_priority sets all bits above: such a route goes before all others.
        return RouteFields.IsRegex(paths![0])
            ? priority | (1UL << 51) | Shifted(route.RegexPriority ?? 0, 19)
            : priority | ((ulong)Encoding.UTF8.GetByteCount(paths[0]) & 0x7FFFF);
    }

    // A 32-bit shift takes the distance modulo 32, and its result is widened with its sign.
    private static ulong Shifted(long value, int by) => (ulong)((int)value << (by & 31));

    /// <summary>The priority of a stream route: SNI, or source with destination, then addresses, ports, ranges.</summary>
    public static ulong OfStream(Route route)
    {
        bool both = route.Sources.IsSet() && route.Destinations.IsSet();
        return (route.Snis.IsSet() || both ? StreamBit : 0) | (Weight(route.Sources) << 4) | Weight(route.Destinations);
    }

    private static ulong Weight(IReadOnlyList<RouteEndpoint>? endpoints)
    {
        ulong weight = 0;
        foreach (RouteEndpoint endpoint in endpoints ?? [])
        {
            weight |= endpoint.Ip is null ? 0UL : endpoint.Ip.Contains('/') ? 1UL : 8UL;
            weight |= endpoint.Port is null ? 0UL : 4UL;
        }

        return weight;
    }
}
