using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary>Entities as tables and back.</summary>
internal static class EntityTables
{
    /// <summary>An entity with its sets and arrays as Kong has them; null is absent.</summary>
    public static void Push(nint L, object entity, LuaState state)
    {
        if (entity is ValueMap map)
        {
            Push(L, map, null, state, nulls: false);
        }
        else
        {
            Push(L, Schema.Unbind(entity), Schema.Of(entity.GetType()), state, nulls: false);
        }
    }

    /// <summary>An entity of a schema.</summary>
    /// <param name="L">The stack.</param>
    /// <param name="entity">The entity.</param>
    /// <param name="schema">Says which lists are sets.</param>
    /// <param name="state">The state, for the metatables.</param>
    /// <param name="nulls">Whether what is null is <c>ngx.null</c>; otherwise it is absent.</param>
    public static void Push(nint L, ValueMap entity, Schema? schema, LuaState state, bool nulls)
    {
        _ = LuaApi.lua_checkstack(L, 6);
        LuaApi.lua_createtable(L, 0, entity.Count);
        foreach ((string name, object? value) in entity)
        {
            if (value is not null || nulls)
            {
                ConfigTable.Push(L, value, schema?.Find(name), state, nulls);
                LuaStack.SetField(L, name);
            }
        }
    }

    /// <summary>Pushes the three values of a failure: nil, the text, and what Kong calls <c>err_t</c>.</summary>
    public static int PushError(nint L, EntityError error, LuaState state)
    {
        LuaApi.lua_pushnil(L);
        LuaStack.Push(L, error.ToString());
        ValueMap map = error.ToMap();
        map["strategy"] = error.Strategy;
        LuaValues.Push(L, map, state);
        return 3;
    }

    /// <summary>A consumer that a plugin names. It need not exist: plugins make some up.</summary>
    public static Consumer Consumer(ValueMap map) => new()
    {
        Id = Guid.TryParse(map.GetString("id"), out Guid id) ? id : Guid.Empty,
        Username = map.GetString("username"),
        CustomId = map.GetString("custom_id"),
    };
}
