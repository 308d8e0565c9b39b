using Gibbon.Pdk.Entities;

namespace Gibbon.Routing.Flavors;

/// <summary>What every flavour asks about a route's fields.</summary>
internal static class RouteFields
{
    /// <summary>True for a list with something in it.</summary>
    public static bool IsSet<T>(this IReadOnlyCollection<T>? list) => list is { Count: > 0 };

    /// <summary>True for a regex path.</summary>
    public static bool IsRegex(string path) => path.StartsWith('~');

    /// <summary>True when the route is for streams; its first protocol decides, the schema keeps the groups apart.</summary>
    public static bool IsStream(this Route route)
        => route.Protocols is [Protocol.Tcp or Protocol.Tls or Protocol.TlsPassthrough or Protocol.Udp, ..];

    /// <summary>
    /// The kinds of sessions that a route for streams can take. Kong tries every route on every kind, so that one of server names alone takes
    /// what comes without TLS from the routes that are for it.
    /// </summary>
    public static IEnumerable<RouteProtocol> StreamKinds(this Route route)
    {
        if (route.Protocols.Contains(Protocol.Tcp))
        {
            yield return RouteProtocol.Tcp;
        }

        if (route.Protocols.Any(static protocol => protocol is Protocol.Tls or Protocol.TlsPassthrough))
        {
            yield return RouteProtocol.Tls;
        }

        if (route.Protocols.Contains(Protocol.Udp))
        {
            yield return RouteProtocol.Udp;
        }
    }

    /// <summary>A server name without the dot that ends a fully qualified one.</summary>
    public static string WithoutLastDot(string sni) => sni.Length > 1 && sni.EndsWith('.') ? sni[..^1] : sni;

    /// <summary>Splits a route's host at its port.</summary>
    public static string HostOf(string host, out int? port)
    {
        int colon = host.IndexOf(':', StringComparison.Ordinal);
        port = colon >= 0 && int.TryParse(host.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out int number) ? number : null;
        return port is null ? host : host[..colon];
    }

    /// <summary>The text in lower case as Kong makes it, with C's tolower: ASCII only.</summary>
    public static string AsciiLower(string text) => string.Create(text.Length, text, static (span, from) =>
    {
        for (int i = 0; i < span.Length; i++)
        {
            span[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
        }
    });
}
