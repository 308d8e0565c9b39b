using System.Globalization;
using Gibbon.Pdk.Entities;
using Gibbon.Routing.Expressions;

namespace Gibbon.Routing.Flavors;

/// <summary>
/// The expression of a route of fields as text, character for character Kong's: messages about a route's regex point into it.
/// </summary>
internal static class RouteExpressionText
{
    /// <summary>The text, all paths together; empty for a route without fields.</summary>
    public static string Of(Route route)
    {
        List<string> parts = [];
        if (route.Snis.IsSet())
        {
            string snis = Any(route.Snis!.Select(Sni));
            parts.Add($"(net.protocol != r#\"{(route.IsStream() ? "tls" : "https")}\"# || {snis})");
        }

        AddIfSet(parts, route.Sources, endpoint => Endpoint("src", endpoint));
        AddIfSet(parts, route.Destinations, endpoint => Endpoint("dst", endpoint));
        if (!route.IsStream())
        {
            AddIfSet(parts, route.Methods, method => $"http.method == {TextLiteral.Quote(method)}");
            AddIfSet(parts, route.Hosts, Host);
            AddIfSet(parts, route.Paths, Path);
            foreach ((string name, IReadOnlyList<string> values) in route.Headers ?? new Dictionary<string, IReadOnlyList<string>>())
            {
                AddIfSet(parts, values, value => Header(name, value));
            }
        }

        return string.Join(" && ", parts);
    }

    private static void AddIfSet<T>(List<string> parts, IReadOnlyList<T>? values, Func<T, string> text)
    {
        if (values.IsSet())
        {
            parts.Add(Any(values!.Select(text)));
        }
    }

    private static string Any(IEnumerable<string> alternatives) => $"({string.Join(" || ", alternatives)})";

    private static string Sni(string written)
    {
        string sni = RouteFields.WithoutLastDot(written);
        return sni.StartsWith('*') ? $"tls.sni =^ {TextLiteral.Quote(sni[1..])}"
            : sni.EndsWith('*') ? $"tls.sni ^= {TextLiteral.Quote(sni[..^1])}"
            : $"tls.sni == {TextLiteral.Quote(sni)}";
    }

    private static string Host(string written)
    {
        string host = RouteFields.HostOf(written, out int? port);
        string named = host.StartsWith('*') ? $"http.host =^ r#\"{host[1..]}\"#"
            : host.EndsWith('*') ? $"http.host ^= r#\"{host[..^1]}\"#"
            : $"http.host == r#\"{host}\"#";
        return port is null ? named : string.Create(CultureInfo.InvariantCulture, $"({named} && net.dst.port == {port})");
    }

    private static string Path(string path) => RouteFields.IsRegex(path)
        ? $"http.path ~ {TextLiteral.Quote("^" + path[1..].Replace("?<", "?P<", StringComparison.Ordinal))}"
        : $"http.path ^= {TextLiteral.Quote(path)}";

    private static string Header(string name, string value)
    {
        bool regex = value.StartsWith("~*", StringComparison.Ordinal);
        string field = $"any(lower(http.headers.{RouteFields.AsciiLower(name).Replace('-', '_')}))";
        return $"{field} {(regex ? "~" : "==")} {TextLiteral.Quote(RouteFields.AsciiLower(regex ? value[2..] : value))}";
    }

    private static string Endpoint(string side, RouteEndpoint endpoint)
    {
        string? ip = endpoint.Ip is null ? null
            : NetworkRange.TryParse(endpoint.Ip, out NetworkRange? range) ? $"net.{side}.ip in {range.Value.Aligned()}"
            : $"net.{side}.ip == {endpoint.Ip}";
        string? port = endpoint.Port is { } number ? string.Create(CultureInfo.InvariantCulture, $"net.{side}.port == {number}") : null;
        return ip is null ? port! : port is null ? ip : $"({ip} && {port})";
    }
}
