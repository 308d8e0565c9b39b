using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua;

/// <summary>A configuration as plugins in Lua get it: null is absent, a set can be asked for its members, arrays are marked as such.</summary>
internal static class ConfigTable
{
    public static void Push(nint L, object? value, Field? field, LuaState state)
    {
        switch (value)
        {
            case ValueMap map:
                PushMap(L, map, field, state);
                break;
            case ValueList list when field?.Type == FieldType.Set:
                PushSet(L, list, state);
                break;
            case ValueList list:
                PushList(L, list, field, state);
                break;
            default:
                LuaValues.Push(L, value, state);
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

    private static void PushMap(nint L, ValueMap map, Field? field, LuaState state)
    {
        _ = LuaApi.lua_checkstack(L, 6);
        LuaApi.lua_createtable(L, 0, map.Count);
        foreach ((string key, object? item) in map)
        {
            if (item is not null)
            {
                Push(L, item, field?.Record?.Find(key) ?? field?.Values, state);
                LuaStack.SetField(L, key);
            }
        }
    }

    private static void PushList(nint L, ValueList list, Field? field, LuaState state)
    {
        _ = LuaApi.lua_checkstack(L, 6);
        LuaApi.lua_createtable(L, list.Count, 0);
        for (int place = 0; place < list.Count; place++)
        {
            Push(L, list[place], field?.Elements, state);
            LuaApi.lua_rawseti(L, -2, place + 1);
        }

        LuaState.PushKept(L, state.ArrayMetatable);
        LuaApi.lua_setmetatable(L, -2);
    }

    // The members are in the index of a metatable, so that the set itself is a list and nothing else.
    private static void PushSet(nint L, ValueList list, LuaState state)
    {
        PushList(L, list, null, state);
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
