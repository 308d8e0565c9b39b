using Gibbon.Lua.Native;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Schemas;

/// <summary>A schema's table as the definition that <see cref="SchemaDefinition"/> reads: functions become delegates of the kind their place asks for.</summary>
internal sealed class DefinitionTable(LuaState state)
{
    // The key that typedefs carry (Modules/kong/db/schema/typedefs.lua).
    private const string TypedefMark = "__typedef";

    public object? Read(int index) => Read(LuaStack.Absolute(state.Main, index), "", 0);

    private object? Read(int index, string key, int depth)
    {
        nint L = state.Main;
        return LuaStack.TypeOf(L, index) switch
        {
            LuaType.Function => Function(key, index),
            LuaType.Table when depth < 100 && LuaApi.lua_checkstack(L, 6) != 0 => ReadTable(index, depth),
            _ => LuaValues.Read(L, index),
        };
    }

    private object ReadTable(int index, int depth)
    {
        nint L = state.Main;
        if (LuaValues.IsArray(L, index))
        {
            int length = (int)LuaApi.lua_objlen(L, index);
            var list = new ValueList(length);
            for (int place = 1; place <= length; place++)
            {
                LuaApi.lua_rawgeti(L, index, place);
                list.Add(Read(LuaApi.lua_gettop(L), "", depth + 1));
                LuaApi.lua_settop(L, -2);
            }

            return list;
        }

        var map = new ValueMap();
        LuaApi.lua_pushnil(L);
        while (LuaApi.lua_next(L, index) != 0)
        {
            if (LuaStack.TypeOf(L, -2) == LuaType.String)
            {
                string key = LuaStack.Text(L, -2)!;
                map[key == TypedefMark ? "typedef" : key] = Read(LuaApi.lua_gettop(L), key, depth + 1);
            }

            LuaApi.lua_settop(L, -2);
        }

        Straighten(map);
        return map;
    }

    // An empty table says neither list nor map; the type beside it does.
    private static void Straighten(ValueMap map)
    {
        if (map.GetString("type") is "array" or "set" && map.Get("default") is ValueMap { Count: 0 })
        {
            map["default"] = new ValueList();
        }

        foreach (string direction in (ReadOnlySpan<string>)["on_write", "on_read"])
        {
            if (map.Get(direction) is SchemaFunction function)
            {
                string[] paths = [.. (map.GetList("input") ?? []).Concat(map.GetList("needs") ?? []).OfType<string>()];
                map[direction] = new Func<ValueMap, TransformationResult>(entity => function.Transform(entity, paths));
            }
        }
    }

    private object? Function(string key, int index)
    {
        LuaApi.lua_pushvalue(state.Main, index);
        var function = new SchemaFunction(state, state.Keep());
        return key switch
        {
            "custom_validator" => new Func<object, string?>(value => function.Check(value, text => $"failed validating: {text}")),
            "fn" => new Func<ValueMap, string?>(values => function.Check(values, static _ => "")),
            "check" => new Func<ValueMap, string?>(values => function.Check(values, static _ => "entity check failed")),
            "func" => new Func<object?, ValueMap?>(value => function.Call([value]) as ValueMap),
            "translate_backwards" => new Func<ValueMap, object?>(values => function.Call([values])),
            "reverse_mapping_function" => new Func<object?, object?>(value => function.Call([value])),
            "on_write" or "on_read" => function,
            _ => null,
        };
    }
}
