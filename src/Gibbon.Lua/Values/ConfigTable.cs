using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua;

/// <summary>A configuration as plugins in Lua get it: null is absent, a set can be asked for its members, arrays are marked as such.</summary>
internal static class ConfigTable
{
    /// <summary>Pushes a value.</summary>
    /// <param name="L">The stack.</param>
    /// <param name="value">The value.</param>
    /// <param name="field">What it is the value of.</param>
    /// <param name="state">The state, for the metatables.</param>
    /// <param name="nulls">Whether null in a map is <c>ngx.null</c>; otherwise the key is missing.</param>
    public static void Push(nint L, object? value, Field? field, LuaState state, bool nulls = false)
    {
        switch (value)
        {
            case ValueMap map:
                PushMap(L, map, field, state, nulls);
                break;
            case ValueList list when field?.Type == FieldType.Set:
                PushSet(L, list, state);
                break;
            case ValueList list:
                PushList(L, list, field, state, nulls);
                break;
            default:
                LuaValues.Push(L, value, state, nulls);
                break;
        }
    }

    /// <summary>Adds what Kong adds: what the configuration is attached to, and how it is cached.</summary>
    public static void AddPlace(nint L, PluginInstance instance)
    {
        Set(L, "__plugin_id", instance.Id.ToString());
        Set(L, "__ws_id", instance.WorkspaceId.ToString());
        Set(L, "__key__", instance.CacheKey);
        Set(L, "route_id", instance.RouteId?.ToString());
        Set(L, "service_id", instance.ServiceId?.ToString());
        Set(L, "consumer_id", instance.ConsumerId?.ToString());
        Set(L, "plugin_instance_name", instance.InstanceName);
        LuaStack.Push(L, (double)instance.Sequence);
        LuaStack.SetField(L, "__seq__");
    }

    private static void Set(nint L, string name, string? value)
    {
        if (value is not null)
        {
            LuaStack.Push(L, value);
            LuaStack.SetField(L, name);
        }
    }

    private static void PushMap(nint L, ValueMap map, Field? field, LuaState state, bool nulls)
    {
        _ = LuaApi.lua_checkstack(L, 6);
        LuaApi.lua_createtable(L, 0, map.Count);
        foreach ((string key, object? item) in map)
        {
            if (item is not null || nulls)
            {
                Push(L, item, field?.Record?.Find(key) ?? field?.Values, state, nulls);
                LuaStack.SetField(L, key);
            }
        }
    }

    private static void PushList(nint L, ValueList list, Field? field, LuaState state, bool nulls)
    {
        _ = LuaApi.lua_checkstack(L, 6);
        LuaApi.lua_createtable(L, list.Count, 0);
        for (int place = 0; place < list.Count; place++)
        {
            Push(L, list[place], field?.Elements, state, nulls);
            LuaApi.lua_rawseti(L, -2, place + 1);
        }

        LuaState.PushKept(L, state.ArrayMetatable);
        LuaApi.lua_setmetatable(L, -2);
    }

    // The members are in the index of a metatable, so that the set itself is a list and nothing else.
    private static void PushSet(nint L, ValueList list, LuaState state)
    {
        PushList(L, list, null, state, nulls: false);
        LuaApi.lua_createtable(L, 0, 2);
        LuaApi.lua_createtable(L, 0, list.Count);
        foreach (object? item in list)
        {
            if (item is not null)
            {
                LuaValues.Push(L, item, state);
                LuaStack.Push(L, true);
                LuaApi.lua_rawset(L, -3);
            }
        }

        LuaStack.SetField(L, "__index");
        LuaStack.Push(L, "array");
        LuaStack.SetField(L, "__jsontype");
        LuaApi.lua_setmetatable(L, -2);
    }
}
