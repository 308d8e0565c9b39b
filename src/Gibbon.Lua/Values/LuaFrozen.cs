using Gibbon.Lua.Native;

namespace Gibbon.Lua;

/// <summary>
/// A value of Lua outside of any state, exactly as it is: texts are bytes, tables have the keys they have. Every state makes its own table of it. Functions and the like
/// are left out.
/// </summary>
internal sealed class LuaFrozen
{
    private const int MaxDepth = 200;
    private static readonly object Null = new();

    private readonly object? _value;

    private LuaFrozen(object? value) => _value = value;

    public static LuaFrozen Of(nint L, int index) => new(Read(L, index, 0));

    public void Push(nint L, LuaState state) => Push(L, _value, state);

    private static object? Read(nint L, int index, int depth) => LuaStack.TypeOf(L, index) switch
    {
        LuaType.Boolean => LuaApi.lua_toboolean(L, index) != 0,
        LuaType.Number => LuaApi.lua_tonumber(L, index),
        LuaType.String => LuaStack.Bytes(L, index).ToArray(),
        LuaType.Table when depth < MaxDepth && LuaApi.lua_checkstack(L, 4) != 0 => ReadTable(L, LuaStack.Absolute(L, index), depth),
        LuaType.LightUserdata when LuaStack.IsNull(L, index) => Null,
        _ => null,
    };

    private static Table ReadTable(nint L, int table, int depth)
    {
        var entries = new List<(object Key, object Value)>();
        LuaApi.lua_pushnil(L);
        while (LuaApi.lua_next(L, table) != 0)
        {
            if (Read(L, -2, MaxDepth) is { } key && Read(L, -1, depth + 1) is { } value)
            {
                entries.Add((key, value));
            }

            LuaApi.lua_settop(L, -2);
        }

        return new Table([.. entries], (int)LuaApi.lua_objlen(L, table), IsArray(L, table));
    }

    private static bool IsArray(nint L, int table)
    {
        if (LuaApi.lua_getmetatable(L, table) == 0)
        {
            return false;
        }

        bool isArray = LuaStack.GetField(L, -1, "__jsontype") == LuaType.String && LuaStack.Text(L, -1) == "array";
        LuaApi.lua_settop(L, -3);
        return isArray;
    }

    private static void Push(nint L, object? value, LuaState state)
    {
        switch (value)
        {
            case byte[] bytes:
                LuaStack.Push(L, bytes.AsSpan());
                break;
            case double number:
                LuaStack.Push(L, number);
                break;
            case bool flag:
                LuaStack.Push(L, flag);
                break;
            case Table table:
                PushTable(L, table, state);
                break;
            case not null when ReferenceEquals(value, Null):
                LuaStack.PushNull(L);
                break;
            default:
                LuaApi.lua_pushnil(L);
                break;
        }
    }

    private static void PushTable(nint L, Table table, LuaState state)
    {
        _ = LuaApi.lua_checkstack(L, 6);
        LuaApi.lua_createtable(L, table.Length, table.Entries.Length - Math.Min(table.Length, table.Entries.Length));
        foreach ((object key, object value) in table.Entries)
        {
            Push(L, key, state);
            Push(L, value, state);
            LuaApi.lua_rawset(L, -3);
        }

        if (table.IsArray && state.ArrayMetatable is var array and not 0)
        {
            LuaState.PushKept(L, array);
            LuaApi.lua_setmetatable(L, -2);
        }
    }

    private sealed record Table((object Key, object Value)[] Entries, int Length, bool IsArray);
}
