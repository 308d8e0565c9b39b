using Gibbon.Lua.Native;
using Gibbon.Pdk;

namespace Gibbon.Lua.Functions;

/// <summary><c>kong.response</c>.</summary>
internal static class ResponseFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("response_status", static call => call.Return(call.Context.Response.Status)),
        new("response_source", static call => call.Return(Source(call.Context.Response.Source))),
        new("response_header", static call => call.Return(call.Context.Response.GetHeader(call.Text(1)))),
        new("response_headers", static call => Headers(call)),
        new("response_set_status", static call => Done(call, c => c.Context.Response.SetStatus(c.Integer(1)))),
        new("response_set_header", static call => Done(call, c => c.Context.Response.SetHeader(c.Text(1), HeaderTables.ReadValue(c.L, 2)))),
        new("response_add_header", static call => Done(call, c => c.Context.Response.AddHeader(c.Text(1), HeaderTables.ReadValue(c.L, 2)))),
        new("response_clear_header", static call => Done(call, c => c.Context.Response.ClearHeader(c.Text(1)))),
        new("response_set_headers", static call => Done(call, c => c.Context.Response.SetHeaders(HeaderTables.Read(c.L, 1) ?? new HeaderMap()))),
        new("response_headers_sent", static call => call.Return(call.State.Context?.Response.HeadersSent ?? false)),
        new("response_raw_body", static call => RawBody(call)),
        new("response_set_raw_body", static call => Done(call, c => c.Context.Response.SetRawBody(c.Bytes(1).ToArray()))),
        new("response_exit", static call => Exit(call)),
        new("response_error", static call => Error(call)),
        new("chunk_data", static call => ChunkData(call)),
        new("chunk_is_last", static call => call.Return(call.Run?.Chunk?.IsLast ?? false)),
        new("chunk_set_data", static call => SetChunkData(call)),
        new("chunk_set_last", static call => SetChunkLast(call)),
    ];

    public static int Done(LuaCall call, Doing action)
    {
        action(call);
        return 0;
    }

    public delegate void Doing(LuaCall call);

    private static string Source(ResponseSource source) => source switch
    {
        ResponseSource.Exit => "exit",
        ResponseSource.Service => "service",
        _ => "error",
    };

    private static int Headers(LuaCall call)
    {
        HeaderMap headers = call.Context.Response.GetHeaders(call.IsNil(1) ? 100 : call.Integer(1));
        HeaderTables.Push(call.L, headers);
        return 1 + call.Return(headers.Truncated ? "truncated" : null);
    }

    private static int RawBody(LuaCall call)
    {
        if (call.Context.Response.GetRawBody() is { } body)
        {
            return call.Return(body.Span);
        }

        LuaApi.lua_pushnil(call.L);
        return 1;
    }

    // response_exit(status, body, headers, is_json, message)
    private static int Exit(LuaCall call)
    {
        Response response = call.Context.Response;
        HeaderMap? headers = HeaderTables.Read(call.L, 3);
        int status = call.Integer(1);
        ValueTask sent = call.IsNil(2) ? response.Exit(status, headers)
            : call.Flag(4) ? response.ExitJson(status, call.Bytes(2).ToArray(), call.TextOrNull(5), headers)
            : response.Exit(status, (ReadOnlyMemory<byte>)call.Bytes(2).ToArray(), headers);
        return call.Wait(sent, static _ => 0);
    }

    private static int Error(LuaCall call) =>
        call.Wait(call.Context.Response.Error(call.Integer(1), call.TextOrNull(2), HeaderTables.Read(call.L, 3)), static _ => 0);

    private static int ChunkData(LuaCall call)
    {
        if (call.Run?.Chunk is { } chunk)
        {
            return call.Return(chunk.Data.Span);
        }

        LuaApi.lua_pushnil(call.L);
        return 1;
    }

    private static int SetChunkData(LuaCall call)
    {
        if (call.Run?.Chunk is { } chunk)
        {
            chunk.Data = call.IsNil(1) ? default : call.Bytes(1).ToArray();
        }

        return 0;
    }

    private static int SetChunkLast(LuaCall call)
    {
        if (call.Run?.Chunk is { } chunk)
        {
            chunk.IsLast = call.Flag(1);
        }

        return 0;
    }
}
