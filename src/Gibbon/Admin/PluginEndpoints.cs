using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Microsoft.AspNetCore.Http;

namespace Gibbon.Admin;

/// <summary>Endpoints that plugins add to an API, such as <c>/metrics</c>.</summary>
internal static class PluginEndpoints
{
    /// <summary>The endpoints of plugins, those of one path together.</summary>
    public static IEnumerable<ApiEndpoint> Of(IEnumerable<PluginEndpoint> endpoints, PluginHost host) => endpoints
        .GroupBy(static endpoint => endpoint.Path, StringComparer.Ordinal)
        .Select(group => new ApiEndpoint(
            group.Key,
            group.ToDictionary(
                static endpoint => endpoint.Method ?? "GET",
                endpoint => (ApiHandler)(context => RunAsync(endpoint, context, host)),
                StringComparer.Ordinal)));

    private static async ValueTask<ApiAnswer> RunAsync(PluginEndpoint endpoint, HttpContext context, PluginHost host)
    {
        EndpointResponse response = await endpoint.Handler(await RequestOf(context, host).ConfigureAwait(false), context.RequestAborted).ConfigureAwait(false);
        ApiAnswer answer = new(response.Status) { Body = response.Body, ContentType = response.ContentType };
        if (response.Headers is not null)
        {
            foreach ((string name, HeaderValue value) in response.Headers)
            {
                answer.Headers[name] = value.ToString();
            }
        }

        return answer;
    }

    private static async ValueTask<EndpointRequest> RequestOf(HttpContext context, PluginHost host)
    {
        QueryMap query = new();
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Query)
        {
            foreach (string? value in values)
            {
                query.Add(name, value);
            }
        }

        HeaderMap headers = new();
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in context.Request.Headers)
        {
            foreach (string? value in values)
            {
                headers.Add(name, value ?? "");
            }
        }

        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body).ConfigureAwait(false);
        return new EndpointRequest
        {
            Host = host,
            Method = context.Request.Method,
            Parameters = new Dictionary<string, string>(StringComparer.Ordinal),
            Query = query,
            Headers = headers,
            Body = body.Length > 0 && ValueJson.TryRead(body.ToArray(), out object? json, out _) ? json as ValueMap : null,
        };
    }
}
