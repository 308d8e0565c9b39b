using Gibbon.Admin.Requests;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.PluginRuntime.Host;

namespace Gibbon.Admin;

/// <summary>Endpoints that plugins add to an API, such as <c>/metrics</c>.</summary>
internal static class PluginEndpoints
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>The endpoints of plugins, those of one path together.</summary>
    /// <param name="plugins">The plugins.</param>
    /// <param name="endpoints">Which endpoints of a plugin.</param>
    /// <param name="host">What they see of the gateway.</param>
    /// <param name="log">The log of the API: what an endpoint writes is about the API, not about the proxy.</param>
    public static IEnumerable<ApiEndpoint> Of(IEnumerable<Plugin> plugins, Func<Plugin, IEnumerable<PluginEndpoint>> endpoints, PluginHost host, ErrorLog log) => plugins
        .SelectMany(endpoints, static (plugin, endpoint) => (Plugin: plugin.Name, Endpoint: endpoint))
        .GroupBy(static item => item.Endpoint.Path, StringComparer.Ordinal)
        .Select(group => new ApiEndpoint(
            group.Key,
            group.SelectMany(static item => item.Endpoint.Method is { } method ? [(Method: method, item.Plugin, item.Endpoint)] : Methods.Select(each => (Method: each, item.Plugin, item.Endpoint)))
                .ToDictionary(
                    static item => item.Method,
                    item => (ApiHandler)(request => RunAsync(item.Endpoint, request, host, LogOf(item.Plugin, request, log))),
                    StringComparer.Ordinal)));

    // The path as a pattern, since a path may hold a key.
    private static GatewayLogger LogOf(string plugin, ApiRequest request, ErrorLog log) =>
        new(log, plugin, context: $"client: {request.Context.Connection.RemoteIpAddress}, request: \"{request.Method} {request.Pattern}\"");

    private static async ValueTask<ApiAnswer> RunAsync(PluginEndpoint endpoint, ApiRequest request, PluginHost host, PluginLogger log)
    {
        EndpointResponse response = await endpoint.Handler(RequestOf(endpoint, request, host, log), request.Cancellation);
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

    private static EndpointRequest RequestOf(PluginEndpoint endpoint, ApiRequest request, PluginHost host, PluginLogger log)
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
            Log = log,
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
