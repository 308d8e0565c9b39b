using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginServers.Functions;

/// <summary><c>kong.response</c>.</summary>
internal static class ResponseFunctions
{
    private const string NameComplaint = "header name must be a string";

    public static IReadOnlyList<KeyValuePair<string, PdkFunction>> All { get; } =
    [
        PdkFunctions.Get("kong.response.get_status", static call => (long)call.Context.Response.Status),
        PdkFunctions.Get("kong.response.get_source", static call => Source(call.Context.Response.Source)),
        PdkFunctions.Get("kong.response.get_header", static call => call.Context.Response.GetHeader(call.Text(0, NameComplaint))),
        PdkFunctions.Get("kong.response.get_headers", static call => PdkValues.Of(call.Context.Response.GetHeaders(call.Limit(0, "max_headers")))),
        PdkFunctions.Get("kong.response.get_raw_body", static call => call.Context.Response.GetRawBody()?.ToArray()),
        PdkFunctions.Do("kong.response.set_status", static call => call.Context.Response.SetStatus(call.Status(0))),
        PdkFunctions.Do("kong.response.set_header", static call => call.Context.Response.SetHeader(Name(call), Header(call))),
        PdkFunctions.Do("kong.response.add_header", static call => call.Context.Response.AddHeader(Name(call), Header(call))),
        PdkFunctions.Do("kong.response.clear_header", static call => call.Context.Response.ClearHeader(call.Text(0, NameComplaint))),
        PdkFunctions.Do("kong.response.set_headers", static call => call.Context.Response.SetHeaders(PdkValues.Headers(call.Map(0, "headers must be a table")))),
        PdkFunctions.Do("kong.response.set_raw_body", static call =>
            call.Context.Response.SetRawBody(call.BytesOrNull(0) ?? throw new KongArgumentException("body must be a string"))),
        PdkFunctions.Wait("kong.response.exit", static call => EndAsync(call, Exit(call))),
        PdkFunctions.Wait("kong.response.error", static call => EndAsync(call, Error(call))),
    ];

    /// <summary>The name of a header that is the first argument.</summary>
    public static string Name(PdkCall call) =>
        call.TextOrNull(0) ?? throw new KongArgumentException($"invalid header name \"{Value.ToText(call[0] ?? "nil")}\": got {(call[0] is null ? "nil" : "number")}, expected string");

    /// <summary>The value of a header that is the second argument.</summary>
    public static HeaderValue Header(PdkCall call) => PdkValues.Header(Name(call), call[1]);

    private static async ValueTask<PdkResult> EndAsync(PdkCall call, ValueTask sending)
    {
        await sending.ConfigureAwait(false);
        call.Caller.HasEnded = true;
        return default;
    }

    private static ValueTask Exit(PdkCall call)
    {
        Response response = call.Context.Response;
        int status = call.Status(0);
        HeaderMap? headers = Headers(call);
        switch (call[1])
        {
            case null:
                return response.Exit(status, headers);
            case string or byte[]:
                return response.Exit(status, (ReadOnlyMemory<byte>)call.BytesOrNull(1)!, headers);
            case ValueMap map:
                return response.ExitJson(status, ValueJson.Write(map), map.GetString("message"), headers);
            case ValueList list:
                return response.ExitJson(status, ValueJson.Write(list), null, headers);
            default:
                throw new KongArgumentException("body must be a nil, string or table");
        }
    }

    private static ValueTask Error(PdkCall call)
    {
        string? message = call[1] switch
        {
            null => null,
            string or byte[] => call.TextOrNull(1),
            ValueMap or ValueList => System.Text.Encoding.UTF8.GetString(ValueJson.Write(call[1])),
            _ => throw new KongArgumentException("message must be a nil, a string or a table"),
        };
        return call.Context.Response.Error(call.Status(0), message, Headers(call));
    }

    private static HeaderMap? Headers(PdkCall call) => call[2] is null
        ? null
        : PdkValues.Headers(call.Map(2, "headers must be a nil or table"));

    private static string Source(ResponseSource source) => source switch
    {
        ResponseSource.Exit => "exit",
        ResponseSource.Service => "service",
        _ => "error",
    };
}
