using Gibbon.Lua.Native;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary>Entities as tables and back.</summary>
internal static class EntityTables
{
    /// <summary>An entity with its sets and arrays as Kong has them; null is absent.</summary>
    public static void Push(nint L, object entity, LuaState state)
    {
        ValueMap map = entity as ValueMap ?? Schema.Unbind(entity);
        Schema? schema = entity is ValueMap ? null : Schema.Of(entity.GetType());
        LuaApi.lua_createtable(L, 0, map.Count);
        foreach ((string name, object? value) in map)
        {
            if (value is not null)
            {
                ConfigTable.Push(L, value, schema?.Find(name), state);
                LuaStack.SetField(L, name);
            }
        }
    }

    /// <summary>A consumer that a plugin names. It need not exist: plugins make some up.</summary>
    public static Consumer Consumer(ValueMap map) => new()
    {
        Id = Guid.TryParse(map.GetString("id"), out Guid id) ? id : Guid.Empty,
        Username = map.GetString("username"),
        CustomId = map.GetString("custom_id"),
    };
}
