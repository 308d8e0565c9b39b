using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;

namespace Gibbon.Admin;

/// <summary>
/// Which web pages may speak to an API. With <c>admin_gui_url</c>, those of its origins; otherwise any, as in Kong. The Status API tells the
/// origin alone.
/// </summary>
internal sealed class Cors(ImmutableArray<string> urls, bool withCredentials)
{
    private readonly ImmutableArray<string> _origins = [.. urls.Select(OriginOf)];

    public void Apply(HttpRequest request, IHeaderDictionary headers)
    {
        string? origin = request.Headers.Origin.Count > 0 ? request.Headers.Origin[0] : null;
        headers.AccessControlAllowOrigin = _origins.Length == 0 ? origin ?? "*" : origin is not null && _origins.Contains(origin) ? origin : _origins[0];
        if (withCredentials)
        {
            headers.AccessControlAllowCredentials = "true";
        }
    }

    /// <summary>What OPTIONS answers for some methods.</summary>
    public static ApiAnswer Preflight(HttpRequest request, IEnumerable<string> methods)
    {
        string allowed = string.Join(", ", methods.Order(StringComparer.Ordinal));
        string? asked = request.Headers.AccessControlRequestHeaders;
        return new ApiAnswer(204)
        {
            Headers =
            {
                ["Allow"] = allowed,
                ["Access-Control-Allow-Methods"] = allowed,
                ["Access-Control-Allow-Headers"] = string.IsNullOrEmpty(asked) ? "Content-Type" : asked,
            },
        };
    }

    private static string OriginOf(string url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) ? parsed.GetLeftPart(UriPartial.Authority) : url;
}
