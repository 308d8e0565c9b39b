using System.Globalization;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginServers.Functions;

/// <summary><c>kong.request</c>.</summary>
internal static class RequestFunctions
{
    public static IReadOnlyList<KeyValuePair<string, PdkFunction>> All { get; } =
    [
        PdkFunctions.Get("kong.request.get_scheme", static call => call.Context.Request.Scheme),
        PdkFunctions.Get("kong.request.get_host", static call => call.Context.Request.Host),
        PdkFunctions.Get("kong.request.get_port", static call => (long)call.Context.Request.Port),
        PdkFunctions.Get("kong.request.get_forwarded_scheme", static call => call.Context.Request.ForwardedScheme),
        PdkFunctions.Get("kong.request.get_forwarded_host", static call => call.Context.Request.ForwardedHost),
        PdkFunctions.Get("kong.request.get_forwarded_port", static call => (long)call.Context.Request.ForwardedPort),
        PdkFunctions.Get("kong.request.get_forwarded_path", static call => call.Context.Request.ForwardedPath),
        PdkFunctions.Get("kong.request.get_forwarded_prefix", static call => call.Context.Request.ForwardedPrefix),
        PdkFunctions.Get("kong.request.get_http_version", static call => Version(call.Context.Request.HttpVersion)),
        PdkFunctions.Get("kong.request.get_method", static call => call.Context.Request.Method),
        PdkFunctions.Get("kong.request.get_path", static call => call.Context.Request.Path),
        PdkFunctions.Get("kong.request.get_raw_path", static call => call.Context.Request.RawPath),
        PdkFunctions.Get("kong.request.get_path_with_query", static call => call.Context.Request.PathWithQuery),
        PdkFunctions.Get("kong.request.get_raw_query", static call => call.Context.Request.RawQuery),
        PdkFunctions.Get("kong.request.get_query_arg", static call => QueryArgument(call)),
        PdkFunctions.Get("kong.request.get_query", static call => PdkValues.Of(call.Context.Request.GetQuery(call.Limit(0, "max_args")))),
        PdkFunctions.Get("kong.request.get_header", static call => call.Context.Request.GetHeader(call.Text(0, "header name must be a string"))),
        PdkFunctions.Get("kong.request.get_headers", static call => PdkValues.Of(call.Context.Request.GetHeaders(call.Limit(0, "max_headers")))),
        PdkFunctions.Get("kong.request.get_start_time", static call => call.Context.Request.StartTime.ToUnixTimeMilliseconds()),
        PdkFunctions.Get("kong.request.get_uri_captures", static call => Captures(call.Context.Request.UriCaptures)),
        PdkFunctions.Wait("kong.request.get_raw_body", static call => RawBodyAsync(call)),
        PdkFunctions.Wait("kong.request.get_body", static call => BodyAsync(call)),
    ];

    /// <summary>What a decoded body is for a plugin.</summary>
    public static PdkResult Body(DecodedBody body) => new(body.Value, body.Error);

    private static object? Version(Version? version) =>
        version is null ? null : double.Parse($"{version.Major}.{version.Minor}", CultureInfo.InvariantCulture);

    private static object? QueryArgument(PdkCall call)
    {
        QueryValue value = call.Context.Request.GetQueryArg(call.Text(0, "query argument name must be a string"));
        return value.IsFlag ? true : value.First;
    }

    // The list begins with the whole path, as in Kong the key 0 has it.
    private static ValueMap Captures(UriCaptures captures)
    {
        var named = new ValueMap();
        foreach ((string name, string value) in captures.Named)
        {
            named[name] = value;
        }

        return new ValueMap { ["unnamed"] = new ValueList(captures.Unnamed), ["named"] = named };
    }

    private static async ValueTask<PdkResult> RawBodyAsync(PdkCall call)
    {
        Result<ReadOnlyMemory<byte>> body = await call.Context.Request.GetRawBodyAsync(call.Size(0)).ConfigureAwait(false);
        return body.IsOk ? new PdkResult(body.Value.ToArray()) : new PdkResult(null, body.Error);
    }

    private static async ValueTask<PdkResult> BodyAsync(PdkCall call) =>
        Body(await call.Context.Request.GetBodyAsync(call.TextOrNull(0), call.Limit(1, "max_args"), call.Size(2)).ConfigureAwait(false));
}
