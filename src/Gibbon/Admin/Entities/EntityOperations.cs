using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;

namespace Gibbon.Admin.Entities;

/// <summary>
/// What the Admin API does with the entities of one kind, with Kong's rules around it: defaults, checks, references by name, transformations.
/// Kinds with rules of their own derive from it.
/// </summary>
internal class EntityOperations(AdminEntities entities, Schema schema)
{
    private const int LongestTtl = 100_000_000;

    public Schema Schema => schema;

    protected AdminEntities Entities => entities;

    /// <summary>Finds an entity; a value of null when there is none.</summary>
    public virtual async ValueTask<EntityResult<ValueMap?>> SelectAsync(EntityAddress address, CancellationToken cancellation)
    {
        EntityResult<ValueMap?> found = await FindAsync(address, cancellation);
        return found is { IsOk: true, Value: { } values } ? Show(values) : found;
    }

    /// <summary>Reads a page.</summary>
    public virtual async ValueTask<EntityResult<EntityPage<ValueMap>>> PageAsync(EntityQuery query, CancellationToken cancellation)
    {
        (EntityPage<object>? page, EntityError? error) = await entities.Store.PageAsync(schema, query, cancellation);
        return page is null ? error! : new EntityPage<ValueMap>([.. page.Entities.Select(entity => Show(EntityValues.Of(entity)))], page.NextOffset);
    }

    /// <summary>Stores a new entity.</summary>
    public virtual async ValueTask<EntityResult<ValueMap>> InsertAsync(ValueMap input, CancellationToken cancellation)
    {
        if (TakeTtl(input, cancellation, out EntityOptions options) is { } invalid)
        {
            return invalid;
        }

        (ValueMap? entity, EntityError? error) = await MakeAsync(input, Operation.Insert, cancellation);
        return entity is null ? error! : Shown(await entities.Store.InsertAsync(schema, entity, options));
    }

    /// <summary>Changes fields of an entity.</summary>
    public virtual async ValueTask<EntityResult<ValueMap>> UpdateAsync(EntityAddress address, ValueMap changes, CancellationToken cancellation)
    {
        if (TakeTtl(changes, cancellation, out EntityOptions options) is { } invalid)
        {
            return invalid;
        }

        using IDisposable writing = await entities.BeginWriteAsync(cancellation);
        (ValueMap? stored, EntityError? failure) = await FindAsync(address, cancellation);
        if (stored is null)
        {
            return failure ?? address.NotFound();
        }

        Guid id = EntityValues.IdOf(stored);
        if (await ForeignKeys.ResolveAsync(entities.Store, entities.Schemas, schema, changes, cancellation) is { } unresolved)
        {
            return unresolved;
        }

        if (schema.Update(changes, stored, out ValueMap entity) is { } errors)
        {
            return EntityErrors.SchemaViolation(errors);
        }

        if (EntityValues.Unstorable(entity) is { } unstorable)
        {
            return EntityErrors.SchemaViolation(unstorable);
        }

        entities.NoteDeprecations(schema.DeprecationsIn(changes));
        if (schema.Transform(entity, changes) is { } failed)
        {
            return failed;
        }

        EntityResult<object> result = await entities.Store.UpdateAsync(schema, id, entity, options);
        return Shown(WithField(result, address, WithoutDatabase.CannotUpdate));
    }

    /// <summary>Stores an entity whether or not one is there; what is there is replaced.</summary>
    public virtual async ValueTask<EntityResult<ValueMap>> UpsertAsync(EntityAddress address, ValueMap input, CancellationToken cancellation)
    {
        if (TakeTtl(input, cancellation, out EntityOptions options) is { } invalid)
        {
            return invalid;
        }

        using IDisposable writing = await entities.BeginWriteAsync(cancellation);
        (ValueMap? present, EntityError? failure) = address.Id is null ? await FindAsync(address, cancellation) : default;
        if (failure is not null)
        {
            return failure;
        }

        if (address.Field is { } field)
        {
            input[field] = address.Value;
        }

        if ((address.Id?.ToString() ?? present?.GetString("id")) is { } id)
        {
            input["id"] = id;
        }

        (ValueMap? entity, EntityError? error) = await MakeAsync(input, Operation.Upsert, cancellation);
        if (entity is null)
        {
            return error!;
        }

        EntityResult<object> result = await entities.Store.UpsertAsync(schema, EntityValues.IdOf(entity), entity, options);
        return Shown(WithField(result, address, WithoutDatabase.CannotUpsert));
    }

    /// <summary>Takes an entity out; success also when there was none.</summary>
    public virtual async ValueTask<EntityResult<bool>> DeleteAsync(EntityAddress address, CancellationToken cancellation)
    {
        (ValueMap? stored, EntityError? failure) = await FindAsync(address, cancellation);
        if (stored is null)
        {
            return failure is null ? true : failure;
        }

        EntityResult<bool> result = await entities.Store.DeleteAsync(schema, EntityValues.IdOf(stored), new EntityOptions { Cancellation = cancellation });
        return WithField(result, address, WithoutDatabase.CannotRemove);
    }

    /// <summary>An entity as answers show it.</summary>
    protected virtual ValueMap Show(ValueMap stored)
    {
        ValueMap shown = schema.Select(stored, keepNulls: true, showShorthands: true);
        if (schema.Ttl && !entities.IsWithoutDatabase)
        {
            shown.TryAdd("ttl", null);
        }

        return shown;
    }

    /// <summary>An entity as it is stored.</summary>
    protected async ValueTask<EntityResult<ValueMap?>> FindAsync(EntityAddress address, CancellationToken cancellation)
    {
        (object? entity, EntityError? error) = address.Id is { } id
            ? await entities.Store.SelectAsync(schema, id, cancellation)
            : await entities.Store.SelectByAsync(schema, address.Field!, address.Value!, cancellation);
        return error is not null ? error : entity is null ? (ValueMap?)null : EntityValues.Of(entity);
    }

    private async ValueTask<EntityResult<ValueMap>> MakeAsync(ValueMap input, Operation operation, CancellationToken cancellation)
    {
        if (schema.Prepare(input, operation, out ValueMap entity) is { } malformed)
        {
            return EntityErrors.SchemaViolation(malformed);
        }

        if (await ForeignKeys.ResolveAsync(entities.Store, entities.Schemas, schema, entity, cancellation) is { } unresolved)
        {
            return unresolved;
        }

        if ((schema.Validate(entity, operation) ?? EntityValues.Unstorable(entity)) is { } errors)
        {
            return EntityErrors.SchemaViolation(errors);
        }

        entities.NoteDeprecations(schema.DeprecationsIn(input));
        EntityError? error = schema.Transform(entity);
        return error is null ? entity : error;
    }

    private EntityResult<ValueMap> Shown(EntityResult<object> result) => result.IsOk ? Show(EntityValues.Of(result.Value!)) : result.Error;

    // The time to live is no field but an option of the write.
    private EntityError? TakeTtl(ValueMap input, CancellationToken cancellation, out EntityOptions options)
    {
        options = new EntityOptions { Cancellation = cancellation };
        if (!schema.Ttl || !input.Remove("ttl", out object? ttl) || ttl is null)
        {
            return null;
        }

        if (ttl is double number && number == Math.Floor(number) && Math.Abs(number) <= LongestTtl)
        {
            ttl = (long)number;
        }

        if (ttl is not long seconds || seconds is < 0 or > LongestTtl)
        {
            return EntityErrors.InvalidOptions(new ValueMap { ["ttl"] = $"must be an integer between 0 and {LongestTtl}" });
        }

        options = options with { TimeToLive = TimeSpan.FromSeconds(seconds) };
        return null;
    }

    private EntityResult<T> WithField<T>(EntityResult<T> result, EntityAddress address, Func<Schema, string?, EntityError> refusal) =>
        result.Error is { Code: EntityErrorCode.OperationUnsupported } && address.Field is { } field && entities.IsWithoutDatabase
            ? refusal(schema, field)
            : result;
}
