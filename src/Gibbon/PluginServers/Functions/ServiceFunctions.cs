using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginServers.Functions;

/// <summary><c>kong.service</c>, with its request and its response.</summary>
internal static class ServiceFunctions
{
    public static IReadOnlyList<KeyValuePair<string, PdkFunction>> All { get; } =
    [
        PdkFunctions.Try("kong.service.set_upstream", static call => call.Context.Service.SetUpstream(call.Text(0, "host must be a string"))),
        PdkFunctions.Do("kong.service.set_target", static call => call.Context.Service.SetTarget(call.Text(0, "host must be a string"), call.Integer(1, "port"))),
        PdkFunctions.Do("kong.service.set_retries", static call => call.Context.Service.SetRetries(call.Integer(0, "retries"))),
        PdkFunctions.Do("kong.service.set_timeouts", static call => call.Context.Service.SetTimeouts(
            call.Integer(0, "connect_timeout"), call.Integer(1, "write_timeout"), call.Integer(2, "read_timeout"))),
        PdkFunctions.Try("kong.service.set_tls_verify", static call => call.Context.Service.SetTlsVerify(
            call[0] as bool? ?? throw new KongArgumentException("argument must be a boolean"))),
        PdkFunctions.Try("kong.service.set_tls_verify_depth", static call => call.Context.Service.SetTlsVerifyDepth(call.Integer(0, "argument"))),
        PdkFunctions.Do("kong.service.request.enable_buffering", static call => call.Context.Service.Request.EnableBuffering()),
        PdkFunctions.Do("kong.service.request.set_scheme", static call => call.Context.Service.Request.SetScheme(call.Text(0, "scheme must be a string"))),
        PdkFunctions.Do("kong.service.request.set_path", static call => call.Context.Service.Request.SetPath(call.Text(0, "path must be a string"))),
        PdkFunctions.Do("kong.service.request.set_raw_query", static call => call.Context.Service.Request.SetRawQuery(call.Text(0, "query must be a string"))),
        PdkFunctions.Do("kong.service.request.set_query", static call => call.Context.Service.Request.SetQuery(PdkValues.Query(call.Map(0, "args must be a table")))),
        PdkFunctions.Do("kong.service.request.clear_query_arg", static call =>
            call.Context.Service.Request.ClearQueryArg(call.Text(0, "query argument name must be a string"))),
        PdkFunctions.Do("kong.service.request.set_method", static call => call.Context.Service.Request.SetMethod(call.Text(0, "method must be a string"))),
        PdkFunctions.Try("kong.service.request.set_header", static call =>
            call.Context.Service.Request.SetHeader(ResponseFunctions.Name(call), ResponseFunctions.Header(call))),
        PdkFunctions.Do("kong.service.request.add_header", static call =>
            call.Context.Service.Request.AddHeader(ResponseFunctions.Name(call), ResponseFunctions.Header(call))),
        PdkFunctions.Do("kong.service.request.clear_header", static call => call.Context.Service.Request.ClearHeader(call.Text(0, "header must be a string"))),
        PdkFunctions.Do("kong.service.request.set_headers", static call =>
            call.Context.Service.Request.SetHeaders(PdkValues.Headers(call.Map(0, "headers must be a table")))),
        PdkFunctions.Wait("kong.service.request.set_raw_body", static call => SetRawBodyAsync(call)),
        PdkFunctions.Wait("kong.service.request.set_body", static call => SetBodyAsync(call)),
        PdkFunctions.Try("kong.service.request.enable_tls", static call => call.Context.Service.Request.EnableTls()),
        PdkFunctions.Try("kong.service.request.disable_tls", static call => call.Context.Service.Request.DisableTls()),
        PdkFunctions.Get("kong.service.response.get_status", static call => (long?)call.Context.Service.Response.Status),
        PdkFunctions.Get("kong.service.response.get_header", static call => call.Context.Service.Response.GetHeader(call.Text(0, "name must be a string"))),
        PdkFunctions.Get("kong.service.response.get_headers", static call =>
            PdkValues.Of(call.Context.Service.Response.GetHeaders(call.Limit(0, "max_headers")))),
        PdkFunctions.Get("kong.service.response.get_raw_body", static call => call.Context.Service.Response.GetRawBody().ToArray()),
        PdkFunctions.Wait("kong.service.response.get_body", static call => ValueTask.FromResult(
            RequestFunctions.Body(call.Context.Service.Response.GetBody(call.TextOrNull(0), call.Limit(1, "max_args"))))),
    ];

    private static async ValueTask<PdkResult> SetRawBodyAsync(PdkCall call)
    {
        await call.Context.Service.Request.SetRawBodyAsync(call.BytesOrNull(0) ?? throw new KongArgumentException("body must be a string")).ConfigureAwait(false);
        return default;
    }

    private static async ValueTask<PdkResult> SetBodyAsync(PdkCall call)
    {
        ValueMap body = call.Map(0, "args must be a table");
        string? mimeType = call[1] is null ? null : call.Text(1, "mime must be a string");
        Result result = await call.Context.Service.Request.SetBodyAsync(body, mimeType).ConfigureAwait(false);
        return result.IsOk ? new PdkResult(true) : new PdkResult(null, result.Error);
    }
}
