using Gibbon.Lua.Native;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Functions;

/// <summary><c>kong.db</c>: the name of the entities comes first in every call.</summary>
internal static class EntityFunctions
{
    public static IReadOnlyList<KeyValuePair<string, LuaFunction>> All { get; } =
    [
        new("entity_schema", static call => DescribeSchema(call)),
        new("entity_check", static call => CheckEntity(call)),
        new("entity_error", static call => MakeError(call)),
        new("entity_select", static call => Select(call)),
        new("entity_select_by", static call => SelectBy(call)),
        new("entity_select_by_cache_key", static call => SelectByCacheKey(call)),
        new("entity_insert", static call => Insert(call)),
        new("entity_update", static call => Update(call)),
        new("entity_upsert", static call => Upsert(call)),
        new("entity_delete", static call => Delete(call)),
        new("entity_page", static call => Page(call)),
        new("entity_page_for", static call => PageFor(call)),
        new("entity_cache_key", static call => CacheKey(call)),
    ];

    // entity_schema(name): what /schemas would show, and the keys of the entity; nil if there is no such kind
    private static int DescribeSchema(LuaCall call)
    {
        if (call.State.Surroundings.Host?.Entities(call.Text(1))?.Schema is not { } schema)
        {
            LuaApi.lua_pushnil(call.L);
            return 1;
        }

        ValueMap described = schema.Describe();
        described["name"] = schema.Name;
        described["primary_key"] = new ValueList(schema.PrimaryKey);
        described["cache_key"] = schema.CacheKey.IsEmpty ? null : new ValueList(schema.CacheKey);
        described["endpoint_key"] = schema.EndpointKey;
        described["workspaceable"] = schema.Workspaceable;
        described["ttl"] = schema.Ttl;
        described["admin_api_name"] = schema.AdminApiName;
        described["admin_api_nested_name"] = schema.AdminApiNestedName;
        described["generate_admin_api"] = schema.GenerateAdminApi;
        LuaValues.Push(call.L, described, call.State);
        return 1;
    }

    // entity_check(name, operation, entity): the entity with defaults and automatic values, or nil, what is wrong as text and by field
    private static int CheckEntity(LuaCall call)
    {
        if (!EntityCall.TryRead(call, 9, out EntityCall entities, out EntityError? error))
        {
            return entities.PushError(call.L, error);
        }

        Operation operation = Enum.Parse<Operation>(call.Text(2), ignoreCase: true);
        SchemaErrors? errors = entities.Schema.Create(LuaValues.ReadMap(call.L, 3), operation, out ValueMap entity);
        if (errors is null)
        {
            EntityTables.Push(call.L, entity, entities.Schema, call.State, nulls: true);
            return 1;
        }

        LuaApi.lua_pushnil(call.L);
        LuaStack.Push(call.L, errors.Message);
        LuaValues.Push(call.L, errors.Fields, call.State);
        return 3;
    }

    // entity_error(kind, argument, name): the three values of a failure
    private static int MakeError(LuaCall call)
    {
        object? argument = LuaValues.Read(call.L, 2);
        ValueMap map = argument as ValueMap ?? [];
        string text = argument as string ?? "";
        EntityError error = call.Text(1) switch
        {
            "invalid_primary_key" => EntityErrors.InvalidPrimaryKey(map),
            "schema_violation" => EntityErrors.SchemaViolation(new SchemaErrors(map)),
            "primary_key_violation" => EntityErrors.PrimaryKeyViolation(map),
            "unique_violation" => EntityErrors.UniqueViolation(map),
            "not_found" => EntityErrors.NotFound(map),
            "not_found_by_field" => EntityErrors.NotFoundBy(map),
            "invalid_offset" => EntityErrors.InvalidOffset(text, call.TextOrNull(3) ?? ""),
            "invalid_size" => EntityErrors.InvalidSize(text),
            "invalid_unique" => EntityErrors.InvalidUnique(text, call.TextOrNull(3) ?? ""),
            "invalid_options" => EntityErrors.InvalidOptions(map),
            "operation_unsupported" => EntityErrors.OperationUnsupported(text),
            "foreign_keys_unresolved" => EntityErrors.ForeignKeysUnresolved(new SchemaErrors(map)),
            "transformation_error" => EntityErrors.TransformationFailed(text),
            "referenced_by_others" => EntityErrors.ReferencedByOthers(text),
            _ => EntityErrors.DatabaseError(text),
        };
        return EntityTables.PushError(call.L, EntityCall.Named(call.State, error), call.State);
    }

    private static int Select(LuaCall call) =>
        !EntityCall.TryRead(call, 3, out EntityCall entities, out EntityError? error)
        || !entities.TryKey(LuaValues.ReadMap(call.L, 2), out Guid id, out error)
            ? entities.PushError(call.L, error)
            : call.Wait(entities.Entities.SelectAsync(id, entities.Options), entities.Push);

    // entity_select_by(name, field, value, options)
    private static int SelectBy(LuaCall call)
    {
        if (!EntityCall.TryRead(call, 4, out EntityCall entities, out EntityError? error))
        {
            return entities.PushError(call.L, error);
        }

        (string field, object? value) = (call.Text(2), LuaValues.Read(call.L, 3));
        return entities.Schema.CheckField(field, value) is { } fault
            ? entities.PushError(call.L, EntityErrors.InvalidUnique(field, fault as string ?? "invalid value"))
            : call.Wait(entities.Entities.SelectByAsync(field, value!, entities.Options), entities.Push);
    }

    private static int SelectByCacheKey(LuaCall call) =>
        EntityCall.TryRead(call, 3, out EntityCall entities, out EntityError? error)
            ? call.Wait(entities.Entities.SelectByCacheKeyAsync(call.Text(2), entities.Options), entities.Push)
            : entities.PushError(call.L, error);

    private static int Insert(LuaCall call) =>
        EntityCall.TryRead(call, 3, out EntityCall entities, out EntityError? error)
            ? call.Wait(entities.Entities.InsertAsync(LuaValues.ReadMap(call.L, 2), entities.Options), (L, result) => entities.Push(L, Maybe(result)))
            : entities.PushError(call.L, error);

    private static int Update(LuaCall call) =>
        !EntityCall.TryRead(call, 4, out EntityCall entities, out EntityError? error)
        || !entities.TryKey(LuaValues.ReadMap(call.L, 2), out Guid id, out error)
            ? entities.PushError(call.L, error)
            : call.Wait(entities.Entities.UpdateAsync(id, LuaValues.ReadMap(call.L, 3), entities.Options), (L, result) => entities.Push(L, Maybe(result)));

    private static int Upsert(LuaCall call)
    {
        ValueMap key = LuaValues.ReadMap(call.L, 2);
        if (!EntityCall.TryRead(call, 4, out EntityCall entities, out EntityError? error) || !entities.TryKey(key, out Guid id, out error))
        {
            return entities.PushError(call.L, error);
        }

        ValueMap entity = LuaValues.ReadMap(call.L, 3);
        foreach (string name in entities.Schema.PrimaryKey)
        {
            entity[name] = key.Get(name);
        }

        return call.Wait(entities.Entities.UpsertAsync(id, entity, entities.Options), (L, result) => entities.Push(L, Maybe(result)));
    }

    private static int Delete(LuaCall call) =>
        !EntityCall.TryRead(call, 3, out EntityCall entities, out EntityError? error)
        || !entities.TryKey(LuaValues.ReadMap(call.L, 2), out Guid id, out error)
            ? entities.PushError(call.L, error)
            : call.Wait(DeleteAsync(entities, id), (L, result) =>
            {
                if (result.Error is { } failure)
                {
                    return entities.PushError(L, failure);
                }

                LuaStack.Push(L, true);
                return 1;
            });

    // What is not there is gone already, also where nothing can be written.
    private static async ValueTask<EntityResult<bool>> DeleteAsync(EntityCall entities, Guid id)
    {
        (ValueMap? present, EntityError? error) = await entities.Entities.SelectAsync(id, entities.Options).ConfigureAwait(false);
        return error is not null ? error : present is null ? true : await entities.Entities.DeleteAsync(id, entities.Options).ConfigureAwait(false);
    }

    // entity_page(name, size, offset, options): rows, nil, nil, and the next offset or nil
    private static int Page(LuaCall call) =>
        EntityCall.TryRead(call, 4, out EntityCall entities, out EntityError? error)
            ? call.Wait(entities.Entities.PageAsync(call.Integer(2), call.TextOrNull(3), entities.Options), entities.PushPage)
            : entities.PushError(call.L, error);

    // entity_page_for(name, foreign field, foreign key, size, offset, options)
    private static int PageFor(LuaCall call)
    {
        string field = call.Text(2);
        return !EntityCall.TryRead(call, 6, out EntityCall entities, out EntityError? error)
            || !entities.TryForeign(field, LuaValues.ReadMap(call.L, 3), out Guid id, out error)
            ? entities.PushError(call.L, error)
            : call.Wait(entities.Entities.PageForAsync(field, id, call.Integer(4), call.TextOrNull(5), entities.Options), entities.PushPage);
    }

    // entity_cache_key(name, v1, v2 …) or entity_cache_key(name, entity)
    private static int CacheKey(LuaCall call)
    {
        IEntityAccess<ValueMap> entities = NodeFunctions.Host(call).Entities(call.Text(1))
            ?? throw new InvalidOperationException($"there are no entities '{call.Text(1)}'");
        if (call.Type(2) == LuaType.Table)
        {
            return call.Return(entities.CacheKey(LuaValues.ReadMap(call.L, 2)));
        }

        var values = new string[Math.Clamp(call.Count - 1, 0, 5)];
        for (int place = 0; place < values.Length; place++)
        {
            values[place] = call.TextOrNull(place + 2) ?? "";
        }

        return call.Return(entities.CacheKey(values));
    }

    private static EntityResult<ValueMap?> Maybe(EntityResult<ValueMap> result) => result.IsOk ? result.Value : result.Error;
}
