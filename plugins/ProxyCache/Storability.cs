using Gibbon.Pdk;

namespace Gibbon.Plugins.ProxyCache;

/// <summary>Which responses may be kept (RFC 9111, section 3).</summary>
static class Storability
{
    /// <summary>Judges a response by its head.</summary>
    /// <param name="context">The request.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="headers">The response's headers.</param>
    /// <param name="now">The moment, in seconds since 1970.</param>
    /// <returns>How long it is fresh, in seconds; <c>null</c> if it may not be kept.</returns>
    public static double? Judge(RequestContext context, ProxyCacheConfig config, HeaderMap headers, long now)
    {
        // What is one client's own must not reach others, whatever the service says.
        if (!config.ResponseCode.Contains(context.Response.Status) || !HasWantedType(config, headers["content-type"]) || headers.Contains("set-cookie"))
            return null;

        if (!config.CacheControl)
            return config.CacheTtl ?? 300;

        var said = Directives.Of(headers["cache-control"]);
        if (said.Has("private") || said.Has("no-store") || said.Has("no-cache") || headers["vary"].ToString().Contains('*', StringComparison.Ordinal))
            return null;

        // The key holds the consumer, so that a consumer's own responses are kept apart; other credentials are not told apart by it.
        if (context.Request.HasHeader("authorization") && context.Client.Consumer is null
            && !said.Has("public") && !said.Has("s-maxage") && !said.Has("must-revalidate"))
            return null;

        return said.Freshness(headers["expires"].First, now) is > 0 and var seconds ? seconds : null;
    }

    /// <summary>The headers that a response says it depends on, as the request has them.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Varies(Request request, HeaderMap headers) => headers["vary"].Count == 0
        ? []
        : [.. headers["vary"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(name => KeyValuePair.Create(name, request.GetHeader(name) ?? ""))];

    static bool HasWantedType(ProxyCacheConfig config, HeaderValue header)
    {
        if (header.Count != 1 || header[0].Length == 0)
            return false;

        var type = MediaType.Parse(header[0]) ?? MediaType.Unknown;
        foreach (var wanted in config.MediaTypes)
            if (wanted.Covers(type))
                return true;

        return false;
    }
}
