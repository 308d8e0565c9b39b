using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Threading;
using Condition = System.Func<Gibbon.Storage.IEntityReader, System.Threading.CancellationToken, System.Threading.Tasks.ValueTask<Gibbon.Pdk.EntityError?>>;

namespace Gibbon.Admin.Entities;

/// <summary>
/// What the Admin API does with the entities of one kind, with Kong's rules around it: defaults, checks, references by name, transformations.
/// Kinds with rules of their own derive from it.
/// </summary>
internal class EntityOperations(AdminEntities entities, Schema schema)
{
    private const int LongestTtl = 100_000_000;

    // Reading needs no records: answers are made of values.
    private readonly Schema _reading = schema.WithoutRecord();

    public Schema Schema => schema;

    private readonly EntityLens? _lens = schema.PrimaryKey is ["id"] ? null : new EntityLens(schema);

    protected AdminEntities Entities => entities;

    /// <summary>Finds an entity; a value of null when there is none.</summary>
    public virtual async ValueTask<EntityResult<ValueMap?>> SelectAsync(EntityAddress address, CancellationToken cancellation)
    {
        EntityResult<ValueMap?> found = await FindAsync(address, cancellation);
        return found is { IsOk: true, Value: { } values } ? await CompleteAsync(Show(values), entities.Store, cancellation) : found;
    }

    /// <summary>Reads a page.</summary>
    public virtual async ValueTask<EntityResult<EntityPage<ValueMap>>> PageAsync(EntityQuery query, CancellationToken cancellation)
    {
        (EntityPage<object>? page, EntityError? error) = await entities.Store.PageAsync(_reading, query, cancellation);
        if (page is null)
        {
            return error!;
        }

        List<ValueMap> shown = new(page.Entities.Count);
        foreach (object entity in page.Entities)
        {
            shown.Add(await CompleteAsync(Show(EntityValues.Of(entity)), entities.Store, cancellation));
        }

        return new EntityPage<ValueMap>(shown, page.NextOffset);
    }

    /// <summary>Stores a new entity.</summary>
    public virtual async ValueTask<EntityResult<ValueMap>> InsertAsync(ValueMap input, CancellationToken cancellation)
    {
        if (TakeTtl(input, cancellation, out EntityOptions options) is { } invalid)
        {
            return invalid;
        }

        (ValueMap? entity, EntityError? error) = await MakeAsync(input, Operation.Insert, cancellation);
        return entity is null ? error! : await WriteAsync(EntityWrite.Insert(schema, entity, options), input, null, cancellation);
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

        Guid id = IdOf(stored);
        (bool isMeant, Condition? condition) = await MeetAsync(address, id, stored, cancellation);
        if (!isMeant)
        {
            return EntityVersion.Changed;
        }

        if (await ForeignKeys.ResolveAsync(entities.Store, entities.Schemas, schema, changes, cancellation) is { } unresolved)
        {
            return unresolved;
        }

        LongWork.GiveWay();
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

        // An id cannot be changed. Whoever found the entity by another key is not understood to want that, whoever found it by its id speaks of one that is
        // not there.
        if (_lens is null && EntityValues.IdOf(entity) != id)
        {
            if (address.Field is null)
            {
                return address.NotFound();
            }

            entity["id"] = id.ToString();
        }

        return await WriteAsync(EntityWrite.Update(schema, id, entity, options) with { Condition = condition }, changes, address.Field, cancellation);
    }

    /// <summary>Stores an entity whether or not one is there; what is there is replaced.</summary>
    public virtual async ValueTask<EntityResult<ValueMap>> UpsertAsync(EntityAddress address, ValueMap input, CancellationToken cancellation)
    {
        if (TakeTtl(input, cancellation, out EntityOptions options) is { } invalid)
        {
            return invalid;
        }

        using IDisposable writing = await entities.BeginWriteAsync(cancellation);
        bool looks = address.Id is null || address.IfMatch is not null;
        (ValueMap? present, EntityError? failure) = looks ? await FindAsync(address, cancellation) : default;
        if (failure is not null)
        {
            return failure;
        }

        (bool isMeant, Condition? condition) = await MeetAsync(address, present is null ? default : IdOf(present), present, cancellation);
        if (!isMeant)
        {
            return EntityVersion.Changed;
        }

        if (address.Field is { } field)
        {
            input[field] = address.Value;
        }

        if (_lens is null && (address.Id?.ToString() ?? present?.GetString("id")) is { } id)
        {
            input["id"] = id;
        }

        (ValueMap? entity, EntityError? error) = await MakeAsync(input, Operation.Upsert, cancellation);
        if (entity is null)
        {
            // Kong always looks first, and says first that it cannot.
            return looks ? error! : (await FindAsync(address, cancellation)).Error ?? error!;
        }

        return await WriteAsync(EntityWrite.Upsert(schema, IdOf(entity), entity, options) with { Condition = condition }, input, address.Field, cancellation);
    }

    /// <summary>Takes an entity out; success also when there was none.</summary>
    public virtual async ValueTask<EntityResult<bool>> DeleteAsync(EntityAddress address, CancellationToken cancellation)
    {
        using IDisposable? writing = address.IfMatch is null ? null : await entities.BeginWriteAsync(cancellation);
        (ValueMap? stored, EntityError? failure) = await FindAsync(address, cancellation);
        if (failure is not null)
        {
            return failure;
        }

        (bool isMeant, Condition? condition) = await MeetAsync(address, stored is null ? default : IdOf(stored), stored, cancellation);
        if (stored is null || !isMeant)
        {
            return isMeant ? true : EntityVersion.Changed;
        }

        WriteResult result = await entities.Store.WriteAsync([EntityWrite.Delete(schema, IdOf(stored)) with { Condition = condition }], cancellation);
        return result.Error is { } error ? Refusal(error, WriteKind.Delete, address.Field) : true;
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

    // Entities of plugins may be identified by something else: the id is made of that.
    private Guid IdOf(ValueMap entity) => _lens?.IdOf(entity) ?? EntityValues.IdOf(entity);

    /// <summary>An entity as it is stored.</summary>
    protected async ValueTask<EntityResult<ValueMap?>> FindAsync(EntityAddress address, CancellationToken cancellation) => Values(address.Id is { } id
        ? await entities.Store.SelectAsync(_reading, id, cancellation)
        : await entities.Store.SelectByAsync(_reading, address.Field!, address.Value!, cancellation));

    private static EntityResult<ValueMap?> Values(EntityResult<object?> found) =>
        found.Error is { } error ? error : found.Value is null ? (ValueMap?)null : EntityValues.Of(found.Value);

    /// <summary>Makes an entity of what was sent, ready to be stored.</summary>
    public async ValueTask<EntityResult<ValueMap>> MakeAsync(ValueMap input, Operation operation, CancellationToken cancellation)
    {
        if (schema.Prepare(input, operation, out ValueMap entity) is { } malformed)
        {
            return EntityErrors.SchemaViolation(malformed);
        }

        if (await ForeignKeys.ResolveAsync(entities.Store, entities.Schemas, schema, entity, cancellation) is { } unresolved)
        {
            return unresolved;
        }

        LongWork.GiveWay();
        if ((schema.Validate(entity, operation, input) ?? EntityValues.Unstorable(entity)) is { } errors)
        {
            return EntityErrors.SchemaViolation(errors);
        }

        entities.NoteDeprecations(schema.DeprecationsIn(input));
        EntityError? error = schema.Transform(entity, input);
        return error is null ? entity : error;
    }

    // Whether an entity is in a version that was asked for; and that it still is in that one when it is written, for until then another node may
    // have changed it. What is not there is in no version at all.
    private async ValueTask<(bool IsMeant, Condition? Condition)> MeetAsync(EntityAddress address, Guid id, ValueMap? stored, CancellationToken cancellation)
    {
        if (address.IfMatch is not { } versions)
        {
            return (true, null);
        }

        string? seen = stored is null ? null : EntityVersion.Match(await CompleteAsync(Show(stored), entities.Store, cancellation), versions);
        return seen is null ? (false, null) : (true, async (reader, given) =>
        {
            (ValueMap? now, EntityError? error) = Values(await reader.SelectAsync(_reading, id, given));
            return error is not null ? error
                : now is not null && EntityVersion.Match(await CompleteAsync(Show(now), reader, given), seen) is not null ? null
                : EntityVersion.Changed;
        });
    }

    /// <summary>What else must be written together with an entity.</summary>
    /// <param name="entity">The entity, as it will be stored.</param>
    /// <param name="input">What was sent.</param>
    /// <param name="cancellation">Gives up.</param>
    protected virtual ValueTask<EntityResult<IReadOnlyList<EntityWrite>>> AccompanyAsync(ValueMap entity, ValueMap input, CancellationToken cancellation) =>
        new(new EntityResult<IReadOnlyList<EntityWrite>>());

    private async ValueTask<EntityResult<ValueMap>> WriteAsync(EntityWrite write, ValueMap input, string? field, CancellationToken cancellation)
    {
        (IReadOnlyList<EntityWrite>? others, EntityError? error) = await AccompanyAsync(write.Entity!, input, cancellation);
        if (error is not null)
        {
            return error;
        }

        LongWork.GiveWay();
        WriteResult result = await entities.Store.WriteAsync([write, .. others ?? []], cancellation);
        if (result.Error is not null)
        {
            return Refusal(result.Error, write.Kind, field);
        }

        ValueMap stored = EntityValues.Of(result.Entities[0]!);
        if (!schema.Ttl)
        {
            return await CompleteAsync(Show(stored), entities.Store, cancellation);
        }

        // The rest of its time is counted by the store. It is less than was asked for, be it read back in the same millisecond: in Kong another clock reads it, a little later.
        if ((await SelectAsync(EntityAddress.Of(IdOf(stored)), cancellation)) is not { Value: { } again })
        {
            return Show(stored);
        }

        if (write.Options.TimeToLive is { } asked && again.Get("ttl") is long rest && rest == (long)asked.TotalSeconds)
        {
            again["ttl"] = rest - 1;
        }

        return again;
    }

    /// <summary>Adds to an answer what belongs to an entity but is stored elsewhere.</summary>
    protected virtual ValueTask<ValueMap> CompleteAsync(ValueMap shown, IEntityReader reader, CancellationToken cancellation) => new(shown);

    // Without a database, whoever named the entity otherwise than by id is told so.
    private EntityError Refusal(EntityError error, WriteKind kind, string? field) =>
        error.Code != EntityErrorCode.OperationUnsupported || field is null ? error : kind switch
        {
            WriteKind.Update => WithoutDatabase.CannotUpdate(schema, field),
            WriteKind.Upsert => WithoutDatabase.CannotUpsert(schema, field),
            WriteKind.Delete => WithoutDatabase.CannotRemove(schema, field),
            _ => error,
        };

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
}
