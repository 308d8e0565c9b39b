using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary><c>kong.db</c>: the name of the entities comes first in every call.</summary>
internal static class EntityFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("entities_exist", static call => call.Return(call.State.Surroundings.Host?.Entities(call.Text(1)) is not null)),
        new("entity_select", static call => Found(call, Of(call).SelectAsync(Id(call, 2), Options(call, 3)))),
        new("entity_select_by", static call => Found(call, Of(call).SelectByAsync(call.Text(2), LuaValues.Read(call.L, 3)!, Options(call, 4)))),
        new("entity_select_by_cache_key", static call => Found(call, Of(call).SelectByCacheKeyAsync(call.Text(2), Options(call, 3)))),
        new("entity_insert", static call => Stored(call, Of(call).InsertAsync(LuaValues.ReadMap(call.L, 2), Options(call, 3)))),
        new("entity_update", static call => Stored(call, Of(call).UpdateAsync(Id(call, 2), LuaValues.ReadMap(call.L, 3), Options(call, 4)))),
        new("entity_upsert", static call => Stored(call, Of(call).UpsertAsync(Id(call, 2), LuaValues.ReadMap(call.L, 3), Options(call, 4)))),
        new("entity_delete", static call => Delete(call)),
        new("entity_page", static call => Page(call)),
        new("entity_page_for", static call => PageFor(call)),
        new("entity_cache_key", static call => CacheKey(call)),
    ];

    private static IEntityAccess<ValueMap> Of(LuaCall call) =>
        NodeFunctions.Host(call).Entities(call.Text(1)) ?? throw new InvalidOperationException($"there are no entities '{call.Text(1)}'");

    private static Guid Id(LuaCall call, int index) =>
        Guid.TryParse(LuaValues.ReadMap(call.L, index).GetString("id"), out Guid id) ? id : Guid.Empty;

    private static EntityOptions Options(LuaCall call, int index)
    {
        ValueMap options = LuaValues.ReadMap(call.L, index);
        return new EntityOptions { TimeToLive = options.Get("ttl") is long ttl ? TimeSpan.FromSeconds(ttl) : null };
    }

    private static int Found(LuaCall call, ValueTask<EntityResult<ValueMap?>> task)
    {
        LuaState state = call.State;
        return call.Wait(task, (L, result) => result.Error is { } error ? PushError(L, error, state) : PushEntity(L, result.Value, state));
    }

    private static int Stored(LuaCall call, ValueTask<EntityResult<ValueMap>> task)
    {
        LuaState state = call.State;
        return call.Wait(task, (L, result) => result.Error is { } error ? PushError(L, error, state) : PushEntity(L, result.Value, state));
    }

    private static int Delete(LuaCall call)
    {
        LuaState state = call.State;
        return call.Wait(Of(call).DeleteAsync(Id(call, 2), Options(call, 3)), (L, result) =>
        {
            if (result.Error is { } error)
            {
                return PushError(L, error, state);
            }

            LuaStack.Push(L, true);
            return 1;
        });
    }

    // entity_page(name, size, offset, options): rows, and the next offset or nil
    private static int Page(LuaCall call)
    {
        LuaState state = call.State;
        return call.Wait(Of(call).PageAsync(call.Integer(2), call.TextOrNull(3), Options(call, 4)), (L, result) =>
        {
            if (result.Error is { } error)
            {
                return PushError(L, error, state);
            }

            PushRows(L, result.Value!.Entities, state);
            LuaApi.lua_pushnil(L);
            LuaApi.lua_pushnil(L);
            LuaStack.Push(L, result.Value.NextOffset);
            return 4;
        });
    }

    // entity_page_for(name, foreign field, foreign key, options): all rows
    private static int PageFor(LuaCall call)
    {
        LuaState state = call.State;
        return call.Wait(AllFor(Of(call), call.Text(2), Id(call, 3)), (L, rows) =>
        {
            PushRows(L, rows, state);
            return 1;
        });
    }

    private static async ValueTask<IReadOnlyList<ValueMap>> AllFor(IEntityAccess<ValueMap> entities, string field, Guid id)
    {
        List<ValueMap> rows = [];
        await foreach (ValueMap entity in entities.EachForAsync(field, id).ConfigureAwait(false))
        {
            rows.Add(entity);
        }

        return rows;
    }

    // entity_cache_key(name, v1, v2 …) or entity_cache_key(name, entity)
    private static int CacheKey(LuaCall call)
    {
        if (call.Type(2) == LuaType.Table)
        {
            return call.Return(Of(call).CacheKey(LuaValues.ReadMap(call.L, 2)));
        }

        var values = new string[Math.Max(0, call.Count - 1)];
        for (int place = 0; place < values.Length; place++)
        {
            values[place] = call.TextOrNull(place + 2) ?? "";
        }

        return call.Return(Of(call).CacheKey(values));
    }

    private static void PushRows(nint L, IReadOnlyList<ValueMap> rows, LuaState state)
    {
        LuaApi.lua_createtable(L, rows.Count, 0);
        for (int place = 0; place < rows.Count; place++)
        {
            EntityTables.Push(L, rows[place], state);
            LuaApi.lua_rawseti(L, -2, place + 1);
        }

        LuaState.PushKept(L, state.ArrayMetatable);
        LuaApi.lua_setmetatable(L, -2);
    }

    private static int PushEntity(nint L, ValueMap? entity, LuaState state)
    {
        if (entity is null)
        {
            LuaApi.lua_pushnil(L);
        }
        else
        {
            EntityTables.Push(L, entity, state);
        }

        return 1;
    }

    private static int PushError(nint L, EntityError error, LuaState state)
    {
        LuaApi.lua_pushnil(L);
        LuaStack.Push(L, error.ToString());
        LuaValues.Push(
            L,
            new ValueMap
            {
                ["code"] = (long)error.Code,
                ["name"] = error.Name,
                ["message"] = error.Message,
                ["strategy"] = error.Strategy,
                ["fields"] = error.Fields,
            },
            state);
        return 3;
    }
}
