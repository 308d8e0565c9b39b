using System.Globalization;
using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary><c>kong.request</c>.</summary>
internal static class RequestFunctions
{
    private const int NoLimitSaid = 100;

    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("request_scheme", static call => call.Return(call.Context.Request.Scheme)),
        new("request_host", static call => call.Return(call.Context.Request.Host)),
        new("request_port", static call => call.Return(call.Context.Request.Port)),
        new("request_forwarded_scheme", static call => call.Return(call.Context.Request.ForwardedScheme)),
        new("request_forwarded_host", static call => call.Return(call.Context.Request.ForwardedHost)),
        new("request_forwarded_port", static call => call.Return(call.Context.Request.ForwardedPort)),
        new("request_forwarded_path", static call => call.Return(call.Context.Request.ForwardedPath)),
        new("request_forwarded_prefix", static call => call.Return(call.Context.Request.ForwardedPrefix)),
        new("request_http_version", static call => HttpVersion(call)),
        new("request_method", static call => call.Return(call.Context.Request.Method)),
        new("request_path", static call => call.Return(call.Context.Request.PathBytes)),
        new("request_raw_path", static call => call.Return(call.Context.Request.RawPath)),
        new("request_path_with_query", static call => call.Return(call.Context.Request.PathWithQuery)),
        new("request_raw_query", static call => call.Return(call.Context.Request.RawQuery)),
        new("request_query_arg", static call => QueryArgument(call)),
        new("request_query", static call => Query(call)),
        new("request_header", static call => Header(call)),
        new("request_headers", static call => Headers(call)),
        new("request_raw_body", static call => RawBody(call)),
        new("request_body", static call => Body(call)),
        new("request_start_time", static call => call.Return(call.Context.Request.StartTime.ToUnixTimeMilliseconds())),
        new("request_uri_captures", static call => UriCaptures(call)),
        new("request_id", static call => call.Return(call.Context.Request.Id)),
    ];

    private static int Header(LuaCall call) =>
        call.Context.Request.TryGetHeader(call.Text(1), out ReadOnlySpan<byte> value) ? call.Return(value) : call.Return((string?)null);

    private static int HttpVersion(LuaCall call)
    {
        if (call.Context.Request.HttpVersion is not { } version)
        {
            LuaApi.lua_pushnil(call.L);
            return 1;
        }

        return call.Return(double.Parse($"{version.Major}.{version.Minor}", CultureInfo.InvariantCulture));
    }

    private static int QueryArgument(LuaCall call)
    {
        QueryValue value = call.Context.Request.GetQueryArg(call.Text(1));
        return value.IsFlag ? call.Return(true) : call.Return(value.First);
    }

    private static int Query(LuaCall call)
    {
        QueryMap query = call.Context.Request.GetQuery(call.IsNil(1) ? NoLimitSaid : call.Integer(1));
        HeaderTables.Push(call.L, query);
        return 1 + call.Return(query.Truncated ? "truncated" : null);
    }

    private static int Headers(LuaCall call)
    {
        HeaderMap headers = call.Context.Request.GetHeaders(call.IsNil(1) ? NoLimitSaid : call.Integer(1));
        HeaderTables.Push(call.L, headers);
        return 1 + call.Return(headers.Truncated ? "truncated" : null);
    }

    private static int RawBody(LuaCall call) => call.Wait(
        call.Context.Request.GetRawBodyAsync(Size(call, 1)),
        static (L, result) =>
        {
            if (result.IsOk)
            {
                LuaStack.Push(L, result.Value.Span);
                return 1;
            }

            LuaApi.lua_pushnil(L);
            LuaStack.Push(L, result.Error);
            return 2;
        });

    private static int Body(LuaCall call)
    {
        LuaState state = call.State;
        ValueTask<DecodedBody> body = call.Context.Request.GetBodyAsync(call.TextOrNull(1), call.IsNil(2) ? NoLimitSaid : call.Integer(2), Size(call, 3));
        return call.Wait(body, (L, decoded) => PushBody(L, decoded, state));
    }

    public static int PushBody(nint L, DecodedBody decoded, LuaState state)
    {
        if (decoded.IsOk)
        {
            LuaValues.Push(L, decoded.Value, state, nulls: true);
            LuaApi.lua_pushnil(L);
            LuaStack.Push(L, decoded.MimeType);
            return 3;
        }

        LuaApi.lua_pushnil(L);
        LuaStack.Push(L, decoded.Error);
        if (decoded.MimeType is null)
        {
            return 2;
        }

        LuaStack.Push(L, decoded.MimeType);
        return 3;
    }

    private static int UriCaptures(LuaCall call)
    {
        UriCaptures captures = call.Context.Request.UriCaptures;
        nint L = call.L;
        LuaApi.lua_createtable(L, 0, 2);
        LuaApi.lua_createtable(L, captures.Unnamed.Length, 0);
        for (int place = 0; place < captures.Unnamed.Length; place++)
        {
            LuaStack.Push(L, captures.Unnamed[place]);
            LuaApi.lua_rawseti(L, -2, place);
        }

        LuaState.PushKept(L, call.State.ArrayMetatable);
        LuaApi.lua_setmetatable(L, -2);
        LuaStack.SetField(L, "unnamed");
        var named = new ValueMap();
        foreach ((string name, string value) in captures.Named)
        {
            named[name] = value;
        }

        LuaValues.Push(L, named, call.State);
        LuaStack.SetField(L, "named");
        return 1;
    }

    private static long? Size(LuaCall call, int index) => call.Type(index) == LuaType.Number ? (long)call.Number(index) : null;
}
