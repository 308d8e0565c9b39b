using Gibbon.Lua.Native;

namespace Gibbon.Lua.Functions;

/// <summary>The work of <c>cjson</c>. The settings of an instance of the module come with each call.</summary>
internal static class JsonFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("json_encode", static call => Encode(call)),
        new("json_decode", static call => Decode(call)),
        new("number_text", static call => call.Return(JsonNumber.Format(call.Number(1), call.IsNil(2) ? 14 : call.Integer(2)))),
    ];

    // json_encode(value, precision, depth, empty_as_object, sparse_convert, sparse_ratio, sparse_safe, escape_slash, numbers): the text, or nil and why not
    private static int Encode(LuaCall call)
    {
        var writer = new JsonWriter(call.L)
        {
            Precision = call.Integer(2),
            MaxDepth = call.Integer(3),
            EmptyIsObject = call.Flag(4),
            ConvertsSparse = call.Flag(5),
            SparseRatio = call.Integer(6),
            SparseSafe = call.Integer(7),
            EscapesSlash = call.Flag(8),
            InvalidNumbers = call.TextOrNull(9) ?? "off",
        };
        LuaApi.lua_settop(call.L, 1);
        return writer.TryWrite() is { } error ? call.Refuse(error) : call.Return(writer.Text);
    }

    // json_decode(text, depth, arrays_marked, invalid_numbers): the value, or FAILED and why not
    private static int Decode(LuaCall call)
    {
        int depth = call.Integer(2);
        bool marksArrays = call.Flag(3);
        bool allowsInvalidNumbers = call.Flag(4);
        LuaApi.lua_settop(call.L, 1);
        var reader = new JsonReader(call.L, call.Bytes(1), depth, marksArrays ? call.State.ArrayMetatable : 0, allowsInvalidNumbers);
        if (reader.TryRead() is { } error)
        {
            LuaApi.lua_settop(call.L, 0);
            LuaApi.lua_pushlightuserdata(call.L, LuaMark.Failed);
            LuaStack.Push(call.L, error);
            return 2;
        }

        return 1;
    }
}
