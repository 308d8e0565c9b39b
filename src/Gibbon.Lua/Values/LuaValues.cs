using System.Globalization;
using System.Text;
using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua;

/// <summary>Untyped values to Lua and back: <see cref="ValueMap"/> and <see cref="ValueList"/> are tables.</summary>
internal static class LuaValues
{
    public const int MaxDepth = 200;

    /// <summary>Pushes a value. Lists get the metatable of arrays, so that empty ones stay lists.</summary>
    /// <param name="L">The stack.</param>
    /// <param name="value">The value.</param>
    /// <param name="state">The state, for the metatables.</param>
    /// <param name="nulls">Whether null in a map is <c>ngx.null</c>; otherwise the key is missing, as in what plugins are configured with.</param>
    public static void Push(nint L, object? value, LuaState state, bool nulls = false)
    {
        switch (value)
        {
            case null when nulls:
                LuaStack.PushNull(L);
                break;
            case null:
                LuaApi.lua_pushnil(L);
                break;
            case string text:
                LuaStack.Push(L, text);
                break;
            case bool flag:
                LuaStack.Push(L, flag);
                break;
            case long number:
                LuaStack.Push(L, number);
                break;
            case double number:
                LuaStack.Push(L, number);
                break;
            case ValueMap map:
                PushMap(L, map, state, nulls);
                break;
            case ValueList list:
                PushList(L, list, state, nulls);
                break;
            case IConvertible number:
                LuaStack.Push(L, number.ToDouble(CultureInfo.InvariantCulture));
                break;
            default:
                LuaStack.Push(L, value.ToString());
                break;
        }
    }

    /// <summary>Reads a value as <see cref="Read"/> does, but keeps apart what that has no value for: <c>ngx.null</c> is <see cref="DBNull"/>, a function and the like some object.</summary>
    public static object? ReadAny(nint L, int index) => LuaStack.TypeOf(L, index) switch
    {
        LuaType.Function or LuaType.Thread or LuaType.Userdata or LuaType.Cdata => new object(),
        _ when LuaStack.IsMark(L, index, LuaMark.Null) => DBNull.Value,
        _ => Read(L, index),
    };

    /// <summary>Reads a value. Functions and the like become null; a table with items 1 to n is a list.</summary>
    public static object? Read(nint L, int index, int depth = 0)
    {
        switch (LuaStack.TypeOf(L, index))
        {
            case LuaType.Boolean:
                return LuaApi.lua_toboolean(L, index) != 0;
            case LuaType.Number:
                return Number(LuaApi.lua_tonumber(L, index));
            case LuaType.String:
                return LuaStack.Text(L, index);
            case LuaType.Table when depth < MaxDepth && LuaApi.lua_checkstack(L, 4) != 0:
                return ReadTable(L, LuaStack.Absolute(L, index), depth);
            default:
                return null;
        }
    }

    /// <summary>A table as a map; what is no table gives an empty one.</summary>
    public static ValueMap ReadMap(nint L, int index) => Read(L, index) as ValueMap ?? [];

    /// <summary>A number: whole ones are <see cref="long"/>.</summary>
    public static object Number(double number) =>
        number == Math.Floor(number) && Math.Abs(number) < 9007199254740992 ? (object)(long)number : number;

    /// <summary>Any value as the text of an error.</summary>
    public static string Describe(nint L, int index) =>
        LuaStack.TypeOf(L, index) switch
        {
            LuaType.String or LuaType.Number => LuaStack.Text(L, index)!,
            LuaType.Nil or LuaType.None => "nil",
            LuaType.Boolean => LuaApi.lua_toboolean(L, index) != 0 ? "true" : "false",
            LuaType.Table => "table: " + Encoding.UTF8.GetString(ValueJson.Write(Read(L, index))),
            var type => type.ToString().ToLowerInvariant(),
        };

    public static bool IsArray(nint L, int index) => LuaApi.lua_objlen(L, index) > 0;

    private static void PushMap(nint L, ValueMap map, LuaState state, bool nulls)
    {
        _ = LuaApi.lua_checkstack(L, 4);
        LuaApi.lua_createtable(L, 0, map.Count);
        foreach ((string key, object? item) in map)
        {
            if (item is not null || nulls)
            {
                Push(L, item, state, nulls);
                LuaStack.SetField(L, key);
            }
        }
    }

    private static void PushList(nint L, ValueList list, LuaState state, bool nulls)
    {
        _ = LuaApi.lua_checkstack(L, 4);
        LuaApi.lua_createtable(L, list.Count, 0);
        for (int place = 0; place < list.Count; place++)
        {
            Push(L, list[place], state, nulls);
            LuaApi.lua_rawseti(L, -2, place + 1);
        }

        if (state.ArrayMetatable is var array and not 0)
        {
            LuaState.PushKept(L, array);
            LuaApi.lua_setmetatable(L, -2);
        }
    }

    private static object ReadTable(nint L, int table, int depth)
    {
        if (IsArray(L, table))
        {
            int length = (int)LuaApi.lua_objlen(L, table);
            var list = new ValueList(length);
            for (int place = 1; place <= length; place++)
            {
                LuaApi.lua_rawgeti(L, table, place);
                list.Add(Read(L, -1, depth + 1));
                LuaApi.lua_settop(L, -2);
            }

            return list;
        }

        var map = new ValueMap();
        LuaApi.lua_pushnil(L);
        while (LuaApi.lua_next(L, table) != 0)
        {
            if (Key(L) is { } key)
            {
                map[key] = Read(L, -1, depth + 1);
            }

            LuaApi.lua_settop(L, -2);
        }

        return map.Count == 0 && LuaApi.lua_getmetatable(L, table) != 0 ? EmptyWithMetatable(L) : map;
    }

    // An empty table that says it is an array stays one.
    private static object EmptyWithMetatable(nint L)
    {
        bool isArray = LuaStack.GetField(L, -1, "__jsontype") == LuaType.String && LuaStack.Text(L, -1) == "array";
        LuaApi.lua_settop(L, -3);
        return isArray ? new ValueList() : new ValueMap();
    }

    // The key under the value on the top; a number must not be changed in place, or the walk through the table goes astray.
    private static string? Key(nint L) => LuaStack.TypeOf(L, -2) switch
    {
        LuaType.String => LuaStack.Text(L, -2),
        LuaType.Number => Value.ToText(LuaApi.lua_tonumber(L, -2)),
        _ => null,
    };
}
