using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;

namespace Gibbon.Plugins.ProxyCache;

/// <summary>The text by which responses are told apart: Kong's, so that those who purge by key can go on.</summary>
static class CacheKey
{
    /// <summary>The key of a request.</summary>
    public static string Of(RequestContext context, ProxyCacheConfig config)
    {
        var request = context.Request;
        var text = string.Join(
            '|',
            Prefix(context.Client.Consumer?.Id, context.Router.Route?.Id),
            request.Method,
            Line(request, config.IgnoreUriCase == true),
            Arguments(request.GetQuery(), config.VaryQueryParams),
            Headers(request, config.VaryHeaders));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    static string Prefix(Guid? consumer, Guid? route) => (consumer, route) switch
    {
        ({ } who, { } where) => $"{who}:{where}",
        (_, { } where) => where.ToString(),
        _ => "default",
    };

    /// <summary>The request line up to the query; without a query the version is a part of it.</summary>
    static string Line(Request request, bool ignoreCase)
    {
        var version = request.HttpVersion ?? new Version(1, 1);
        var line = $"{request.Method} {request.PathWithQuery} HTTP/{version.Major}.{version.Minor}";
        var query = line.IndexOf('?', StringComparison.Ordinal);
        line = query < 0 ? line : line[..query];
        return ignoreCase ? line.ToLowerInvariant() : line;
    }

    static string Arguments(QueryMap query, IReadOnlyList<string>? names)
    {
        var parts = new List<string>();
        var all = names is { Count: > 0 } ? names : [.. query.Select(static argument => argument.Key).Order(StringComparer.Ordinal)];
        foreach (var name in all)
        {
            var value = query[name];
            if (value.Count == 1)
                parts.Add(value.IsFlag ? name : $"{name}={value.First}");
            else if (value.Count > 1)
                parts.Add($"{name}={string.Join(',', Enumerable.Range(0, value.Count).Select(i => value[i] ?? "true").Order(StringComparer.Ordinal))}");
        }

        return string.Join(':', parts);
    }

    static string Headers(Request request, IReadOnlyList<string>? names)
    {
        if (names is not { Count: > 0 })
            return "";

        var headers = request.GetHeaders();
        return string.Join(':', names.Where(headers.Contains).Select(name => $"{name}={Joined(headers[name])}"));
    }

    static string Joined(HeaderValue value) =>
        value.Count == 1 ? value[0] : string.Join(',', Enumerable.Range(0, value.Count).Select(i => value[i]).Order(StringComparer.Ordinal));
}
