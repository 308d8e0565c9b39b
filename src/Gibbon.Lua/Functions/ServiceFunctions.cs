using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Functions;

/// <summary><c>kong.service</c>, with its request and its response.</summary>
internal static class ServiceFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("service_set_upstream", static call => call.Return(call.Context.Service.SetUpstream(call.Text(1)))),
        new("service_set_target", static call => Done(call, c => c.Context.Service.SetTarget(c.Text(1), c.Integer(2)))),
        new("service_set_retry_callback", static call => TargetRetries.Set(call)),
        new("service_retry_failed", static call => TargetRetries.Fail(call)),
        new("service_set_retries", static call => Done(call, c => c.Context.Service.SetRetries(c.Integer(1)))),
        new("service_set_timeouts", static call => Done(call, c => c.Context.Service.SetTimeouts(c.Integer(1), c.Integer(2), c.Integer(3)))),
        new("service_set_tls_verify", static call => call.Return(call.Context.Service.SetTlsVerify(call.Flag(1)))),
        new("service_set_tls_verify_depth", static call => call.Return(call.Context.Service.SetTlsVerifyDepth(call.Integer(1)))),
        new("service_set_tls_cert_key", static call => call.Return(call.Context.Service.SetTlsCertificate(PemCertificates.Read(call.Text(1), call.Text(2))))),
        new("service_set_tls_verify_store", static call => call.Return(call.Context.Service.SetTlsVerifyStore(PemCertificates.ReadStore(call.Text(1))))),
        new("service_enable_buffering", static call => Done(call, c => c.Context.Service.Request.EnableBuffering())),
        new("service_set_scheme", static call => Done(call, c => c.Context.Service.Request.SetScheme(c.Text(1)))),
        new("service_set_path", static call => Done(call, c => c.Context.Service.Request.SetPath(c.Text(1)))),
        new("service_set_raw_query", static call => Done(call, c => c.Context.Service.Request.SetRawQuery(c.Text(1)))),
        new("service_set_query", static call => Done(call, SetQuery)),
        new("service_clear_query_arg", static call => Done(call, c => c.Context.Service.Request.ClearQueryArg(c.Text(1)))),
        new("service_set_method", static call => Done(call, c => c.Context.Service.Request.SetMethod(c.Text(1)))),
        new("service_set_header", static call => SetHeader(call)),
        new("service_add_header", static call => Done(call, c => c.Context.Service.Request.AddHeader(c.Text(1), HeaderTables.ReadValue(c.L, 2)))),
        new("service_clear_header", static call => Done(call, c => c.Context.Service.Request.ClearHeader(c.Text(1)))),
        new("service_set_headers", static call => Done(call, c => c.Context.Service.Request.SetHeaders(HeaderTables.Read(c.L, 1) ?? new HeaderMap()))),
        new("service_set_raw_body", static call => call.Wait(call.Context.Service.Request.SetRawBodyAsync(call.Bytes(1).ToArray()), static _ => 0)),
        new("service_set_body", static call => SetBody(call)),
        new("service_enable_tls", static call => call.Return(call.Context.Service.Request.EnableTls())),
        new("service_disable_tls", static call => call.Return(call.Context.Service.Request.DisableTls())),
        new("service_response_status", static call => Status(call)),
        new("service_response_header", static call => call.Return(call.Context.Service.Response.GetHeader(call.Text(1)))),
        new("service_response_headers", static call => Headers(call)),
        new("service_response_raw_body", static call => call.Return(call.Context.Service.Response.GetRawBody().Span)),
        new("service_response_body", static call => RequestFunctions.PushBody(
            call.L,
            call.Context.Service.Response.GetBody(call.TextOrNull(1), call.IsNil(2) ? 100 : call.Integer(2)),
            call.State)),
    ];

    private static int Done(LuaCall call, ResponseFunctions.Doing action) => ResponseFunctions.Done(call, action);

    // As in Kong an argument that is false leaves its separator behind.
    private static void SetQuery(LuaCall call)
    {
        QueryMap arguments = HeaderTables.ReadQuery(call.L, 1);
        int gaps = arguments.Count(static argument => !argument.Value.Exists);
        int separators = gaps == arguments.Count ? Math.Max(0, gaps - 1) : gaps;
        call.Context.Service.Request.SetRawQuery(new string('&', separators) + QueryString.Write(arguments));
    }

    private static int SetHeader(LuaCall call)
    {
        Result result = call.Context.Service.Request.SetHeader(call.Text(1), HeaderTables.ReadValue(call.L, 2));
        return result.IsOk ? 0 : call.Refuse(result.Error);
    }

    private static int SetBody(LuaCall call) => call.Wait(
        call.Context.Service.Request.SetBodyAsync(LuaValues.ReadMap(call.L, 1), call.TextOrNull(2)),
        static (L, result) =>
        {
            if (result.IsOk)
            {
                LuaStack.Push(L, true);
                return 1;
            }

            LuaApi.lua_pushnil(L);
            LuaStack.Push(L, result.Error);
            return 2;
        });

    private static int Status(LuaCall call)
    {
        if (call.Context.Service.Response.Status is { } status)
        {
            return call.Return(status);
        }

        LuaApi.lua_pushnil(call.L);
        return 1;
    }

    private static int Headers(LuaCall call)
    {
        HeaderTables.Push(call.L, call.Context.Service.Response.GetHeaders(call.IsNil(1) ? 100 : call.Integer(1)));
        return 1;
    }
}
