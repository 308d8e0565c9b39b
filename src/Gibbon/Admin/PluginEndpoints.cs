using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Admin.Requests;

namespace Gibbon.Admin;

/// <summary>Endpoints that plugins add to an API, such as <c>/metrics</c>.</summary>
internal static class PluginEndpoints
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>The endpoints of plugins, those of one path together.</summary>
    public static IEnumerable<ApiEndpoint> Of(IEnumerable<PluginEndpoint> endpoints, PluginHost host) => endpoints
        .GroupBy(static endpoint => endpoint.Path, StringComparer.Ordinal)
        .Select(group => new ApiEndpoint(
            group.Key,
            group.SelectMany(static endpoint => endpoint.Method is { } method ? [(Method: method, Endpoint: endpoint)] : Methods.Select(each => (Method: each, Endpoint: endpoint)))
                .ToDictionary(
                    static item => item.Method,
                    item => (ApiHandler)(request => RunAsync(item.Endpoint, request, host)),
                    StringComparer.Ordinal)));

    private static async ValueTask<ApiAnswer> RunAsync(PluginEndpoint endpoint, ApiRequest request, PluginHost host)
    {
        EndpointResponse response = await endpoint.Handler(RequestOf(endpoint, request, host), request.Cancellation);
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

    private static EndpointRequest RequestOf(PluginEndpoint endpoint, ApiRequest request, PluginHost host)
    {
        QueryMap query = new();
        foreach ((string name, object? value) in request.Query)
        {
            query.Add(name, value as string);
        }

        HeaderMap headers = new();
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in request.Context.Request.Headers)
        {
            foreach (string? value in values)
            {
                headers.Add(name, value ?? "");
            }
        }

        ValueMap body = endpoint.Schema is { } schema ? request.Arguments(schema) : request.Body.PlainArguments();
        return new EndpointRequest
        {
            Host = host,
            Method = request.Method,
            Parameters = request.Parameters.ToDictionary(static name => name, request.Parameter, StringComparer.Ordinal),
            Query = query,
            Headers = headers,
            Target = request.Context.Request.Path + request.Context.Request.QueryString,
            RawBody = request.Body.Bytes,
            Body = body.Count > 0 || request.Body.Bytes.Length > 0 ? body : null,
        };
    }
}
