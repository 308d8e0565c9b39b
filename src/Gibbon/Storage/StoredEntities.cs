using System.Runtime.CompilerServices;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Storage;

/// <summary>What plugins see of the stored entities of one kind, as records or as values.</summary>
/// <typeparam name="T">The record of the kind, or <see cref="ValueMap"/> for any kind.</typeparam>
/// <param name="store">Where they are.</param>
/// <param name="schema">The kind.</param>
/// <param name="workspace">The workspace that everything is in.</param>
/// <param name="schemas">The other kinds: references by what is unique about an entity are made references by id. Without them only ids refer.</param>
internal sealed class StoredEntities<T>(IEntityStore store, Schema schema, Func<Guid> workspace, EntitySchemas? schemas = null) : IEntityAccess<T>
    where T : class
{
    const int DefaultSize = 1000;
    const int LargestSize = 50_000;

    KeyFrame? frame;

    readonly DeterministicId? madeIds = schema.PrimaryKey is ["id"] ? null : new DeterministicId(schema.Name);

    public Schema Schema => schema;

    public Guid IdOf(ValueMap primaryKey) => madeIds is null ? Guid.Parse(primaryKey.GetString("id")!) : madeIds.Of(EntityLens.KeyText(schema, primaryKey));

    public async ValueTask<EntityResult<T?>> SelectAsync(Guid id, EntityOptions options = default) =>
        ShapeOne(await store.SelectAsync(schema, id, options.Cancellation).ConfigureAwait(false));

    public async ValueTask<EntityResult<T?>> SelectByAsync(string field, object value, EntityOptions options = default) =>
        ShapeOne(await store.SelectByAsync(schema, field, value, options.Cancellation).ConfigureAwait(false));

    public async ValueTask<EntityResult<T?>> SelectByCacheKeyAsync(string cacheKey, EntityOptions options = default) =>
        ShapeOne(await store.SelectByCacheKeyAsync(schema, cacheKey, options.Cancellation).ConfigureAwait(false));

    public ValueTask<EntityResult<EntityPage<T>>> PageAsync(int size = 0, string? offset = null, EntityOptions options = default) =>
        PageAsync(new EntityQuery { Size = size, Offset = offset, Tags = options.Tags, AnyTag = options.AnyTag }, options.Cancellation);

    public IAsyncEnumerable<T> EachAsync(int pageSize = 0, EntityOptions options = default, CancellationToken cancellation = default) =>
        EachAsync(new EntityQuery { Size = pageSize, Tags = options.Tags, AnyTag = options.AnyTag }, cancellation);

    public IAsyncEnumerable<T> EachForAsync(
        string foreignField,
        Guid foreignId,
        int pageSize = 0,
        EntityOptions options = default,
        CancellationToken cancellation = default) =>
        EachAsync(new EntityQuery { Size = pageSize, ForeignField = foreignField, ForeignId = foreignId }, cancellation);

    public ValueTask<EntityResult<EntityPage<T>>> PageForAsync(
        string foreignField, Guid foreignId, int size = 0, string? offset = null, EntityOptions options = default) =>
        PageAsync(new EntityQuery { Size = size, Offset = offset, ForeignField = foreignField, ForeignId = foreignId }, options.Cancellation);

    public async ValueTask<EntityResult<T>> InsertAsync(T entity, EntityOptions options = default)
    {
        var input = ValuesOf(entity);
        if (await ResolveAsync(input, options).ConfigureAwait(false) is { } unresolved)
        {
            return unresolved;
        }
        var (values, error) = Check(schema.Create(input, Operation.Insert, out var created), created);
        return values is null ? error! : Shape(await store.InsertAsync(schema, values, options).ConfigureAwait(false));
    }

    public async ValueTask<EntityResult<T>> UpdateAsync(Guid id, ValueMap changes, EntityOptions options = default)
    {
        var (stored, failure) = await store.SelectAsync(schema, id, options.Cancellation).ConfigureAwait(false);
        if (stored is null)
        {
            return failure ?? EntityErrors.NotFound(new ValueMap { ["id"] = id.ToString() });
        }
        changes = new ValueMap(changes);
        if (await ResolveAsync(changes, options).ConfigureAwait(false) is { } unresolved)
        {
            return unresolved;
        }
        var (values, error) = Check(schema.Update(changes, ValuesOf(stored), out var changed), changed, changes);
        return values is null ? error! : Shape(await store.UpdateAsync(schema, id, values, options).ConfigureAwait(false));
    }

    public async ValueTask<EntityResult<T>> UpsertAsync(Guid id, T entity, EntityOptions options = default)
    {
        var input = ValuesOf(entity);
        if (madeIds is null)
        {
            input["id"] = id.ToString();
        }
        if (await ResolveAsync(input, options).ConfigureAwait(false) is { } unresolved)
        {
            return unresolved;
        }
        var (values, error) = Check(schema.Create(input, Operation.Upsert, out var created), created);
        return values is null ? error! : Shape(await store.UpsertAsync(schema, id, values, options).ConfigureAwait(false));
    }

    public ValueTask<EntityResult<bool>> DeleteAsync(Guid id, EntityOptions options = default) => store.DeleteAsync(schema, id, options);

    public ValueTask<EntityResult<long>> IncrementAsync(ValueMap key, string field, long amount, EntityOptions options = default) =>
        store.IncrementAsync(schema, key, field, amount, options);

    public string CacheKey(params ReadOnlySpan<string> values)
    {
        var here = workspace();
        if (values.Length != 1)
        {
            return CacheKeys.Of(schema, values, here);
        }

        // Asked for by every request that brings a credential: all but the value is there already.
        var known = frame;
        if (known?.Workspace != here)
        {
            frame = known = KeyFrame.Of(schema, here);
        }

        return string.Concat(known.Before, values[0], known.After);
    }

    public string CacheKey(T entity) => CacheKeys.Of(schema, entity, workspace());

    async ValueTask<EntityResult<EntityPage<T>>> PageAsync(EntityQuery query, CancellationToken cancellation)
    {
        var size = query.Size == 0 ? DefaultSize : query.Size;
        if (size is < 1 or > LargestSize)
        {
            return EntityErrors.InvalidSize($"size must be an integer between 1 and {LargestSize}");
        }
        var (page, error) = await store.PageAsync(schema, query with { Size = size }, cancellation).ConfigureAwait(false);
        return page is null ? error! : new EntityPage<T>([.. page.Entities.Select(static entity => Shape(entity))], page.NextOffset);
    }

    async IAsyncEnumerable<T> EachAsync(EntityQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        do
        {
            var (page, error) = await PageAsync(query, cancellation).ConfigureAwait(false);
            if (page is null)
            {
                throw new EntityException(error!);
            }
            foreach (var entity in page.Entities)
            {
                yield return entity;
            }
            query = query with { Offset = page.NextOffset };
        }
        while (query.Offset is not null);
    }

    ValueTask<EntityError?> ResolveAsync(ValueMap input, EntityOptions options) =>
        schemas is null || schemas.ForeignFields(schema.Name).IsEmpty ? default : ForeignKeys.ResolveAsync(store, schemas, schema, input, options.Cancellation);

    (ValueMap? Values, EntityError? Error) Check(SchemaErrors? errors, ValueMap values, ValueMap? input = null)
    {
        var error = errors is null ? schema.Transform(values, input) : EntityErrors.SchemaViolation(errors);
        return error is null ? (values, null) : (null, error);
    }

    ValueMap ValuesOf(object entity)
    {
        if (entity is ValueMap map)
        {
            return new ValueMap(map);
        }

        // A record may have what its kind has not: not every kind has tags, or a time of change.
        var values = Schema.Unbind(entity);
        foreach (var name in values.Keys.Where(name => schema.Find(name) is null).ToArray())
        {
            values.Remove(name);
        }
        return values;
    }

    static T Shape(object entity) => entity as T ?? (T)(object)Schema.Unbind(entity);

    static EntityResult<T> Shape(EntityResult<object> result) => result.IsOk ? Shape(result.Value!) : result.Error;

    static EntityResult<T?> ShapeOne(EntityResult<object?> result) => result.IsOk ? result.Value is { } entity ? Shape(entity) : (T?)null : result.Error;

    /// <summary>What stands before and behind the one value of a cache key.</summary>
    sealed record KeyFrame(Guid Workspace, string Before, string After)
    {
        public static KeyFrame Of(Schema schema, Guid workspace)
        {
            var before = schema.Name + ":";
            return new KeyFrame(workspace, before, CacheKeys.Of(schema, [""], workspace)[before.Length..]);
        }
    }
}
