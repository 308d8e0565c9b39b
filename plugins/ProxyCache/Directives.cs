using Gibbon.Pdk;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.ProxyCache;

/// <summary>The directives of a header <c>Cache-Control</c> (RFC 9111, section 5.2).</summary>
sealed class Directives
{
    static readonly Directives None = new("");

    readonly Dictionary<string, string?> values = new(StringComparer.OrdinalIgnoreCase);

    Directives(string header)
    {
        foreach (var part in header.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            values[equals < 0 ? part : part[..equals]] = equals < 0 ? null : part[(equals + 1)..].Trim('"');
        }
    }

    /// <summary>Reads a header, all its occurrences together.</summary>
    public static Directives Of(HeaderValue header) => header.Count == 0 ? None : new Directives(header.ToString());

    /// <summary>Whether a directive is there.</summary>
    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>The seconds of a directive; <c>null</c> if it is not there or has no number.</summary>
    public double? Seconds(string name) => values.TryGetValue(name, out var text) && LuaNumbers.TryRead(text, out var number) ? number : null;

    /// <summary>How long a response with these directives is fresh in a shared cache, in seconds; 0 if it does not say.</summary>
    /// <param name="expires">The header <c>Expires</c>, which counts if no directive does.</param>
    /// <param name="now">The moment, in seconds since 1970.</param>
    public double Freshness(string? expires, long now)
    {
        var seconds = Has("s-maxage") || Has("max-age") ? Seconds("s-maxage") ?? Seconds("max-age") : null;
        if (seconds is null && !Has("s-maxage") && !Has("max-age") && HttpDate.TryRead(expires, out var end))
            seconds = end - now;

        return Math.Max(0, seconds ?? 0);
    }
}
