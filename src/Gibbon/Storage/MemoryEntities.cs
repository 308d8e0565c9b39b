using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>The entities of a node without a database: read from the present version of the store; only counters can be written.</summary>
internal sealed class MemoryEntities(EntityStore store, TimeProvider clock) : IEntityStore
{
    const int DefaultSize = 1000;

    readonly MemoryCounters counters = new(clock);

    public ValueTask<EntityResult<object?>> SelectAsync(Schema schema, Guid id, CancellationToken cancellation = default) =>
        Answer(store.Current[schema.Name].Find(id));

    public ValueTask<EntityResult<object?>> SelectByAsync(Schema schema, string field, object value, CancellationToken cancellation = default) =>
        Answer(EntityLens.TextOf(value) is { } text ? store.Current[schema.Name].FindBy(field, text) : null);

    public ValueTask<EntityResult<object?>> SelectByCacheKeyAsync(Schema schema, string cacheKey, CancellationToken cancellation = default)
    {
        var entities = store.Current;
        var table = entities[schema.Name];
        return Answer(CacheKeys.TryReadSingle(schema, cacheKey, out var value)
            ? schema.CacheKey is [var field] ? table.FindBy(field, value) : Guid.TryParse(value, out var id) ? table.Find(id) : null
            : table.All.FirstOrDefault(entity => CacheKeys.Of(schema, entity, WorkspaceOf(entities)) == cacheKey));
    }

    public ValueTask<EntityResult<EntityPage<object>>> PageAsync(Schema schema, EntityQuery query, CancellationToken cancellation = default)
    {
        var entities = store.Current;
        var table = entities[schema.Name];
        var list = query.ForeignField is { } field ? table.FindAllFor(field, query.ForeignId) : table.Ordered;
        var start = 0;
        if (query.Offset is { } offset)
        {
            if (PageOffset.Read(offset) is not { } last)
            {
                return ValueTask.FromResult<EntityResult<EntityPage<object>>>(EntityErrors.InvalidOffset(offset, "bad base64 encoding"));
            }
            start = PlaceAfter(list, table.Lens, last);
        }
        var size = Math.Min(query.Size > 0 ? query.Size : DefaultSize, list.Count - start);
        var page = new List<object>(size);
        for (var i = start; i < start + size; i++)
        {
            if (query.Tags is not { } tags || HasTags(table.Lens.TagsOf(list[i]), tags, query.AnyTag))
            {
                page.Add(list[i]);
            }
        }
        // A full page has a mark even when it is the last: Kong looks no further, and the next page is then empty.
        var isFull = size > 0 && size == (query.Size > 0 ? query.Size : DefaultSize);
        var next = isFull ? PageOffset.After(schema.Name, query, WorkspaceOf(entities), table.Lens.IdOf(list[start + size - 1])) : null;
        return ValueTask.FromResult<EntityResult<EntityPage<object>>>(new EntityPage<object>(page, next));
    }

    public ValueTask<EntityResult<object>> InsertAsync(Schema schema, ValueMap entity, EntityOptions options = default) =>
        ValueTask.FromResult<EntityResult<object>>(WithoutDatabase.CannotCreate(schema));

    public ValueTask<EntityResult<object>> UpdateAsync(Schema schema, Guid id, ValueMap entity, EntityOptions options = default) =>
        ValueTask.FromResult<EntityResult<object>>(WithoutDatabase.CannotUpdate(schema));

    public ValueTask<EntityResult<object>> UpsertAsync(Schema schema, Guid id, ValueMap entity, EntityOptions options = default) =>
        ValueTask.FromResult<EntityResult<object>>(WithoutDatabase.CannotUpsert(schema));

    public ValueTask<EntityResult<bool>> DeleteAsync(Schema schema, Guid id, EntityOptions options = default) =>
        ValueTask.FromResult<EntityResult<bool>>(WithoutDatabase.CannotRemove(schema));

    public ValueTask<WriteResult> WriteAsync(IReadOnlyList<EntityWrite> writes, CancellationToken cancellation = default) =>
        ValueTask.FromResult(writes.Count == 0 ? new WriteResult() : WriteResult.Failure(WithoutDatabase.Cannot(writes[0]), 0));

    public ValueTask<EntityResult<long>> IncrementAsync(Schema schema, ValueMap key, string field, long amount, EntityOptions options = default) =>
        ValueTask.FromResult<EntityResult<long>>(counters.Add(schema, key, field, amount, options.TimeToLive));

    /// <summary>The id of the default workspace of a version of the store.</summary>
    public static Guid WorkspaceOf(EntitySet entities)
    {
        foreach (var workspace in entities.All<Workspace>())
        {
            if (workspace.Name == "default")
            {
                return workspace.Id;
            }
        }
        return Declarative.DeclarativeLoader.DefaultWorkspace;
    }

    static ValueTask<EntityResult<object?>> Answer(object? entity) => ValueTask.FromResult<EntityResult<object?>>(entity);

    static int PlaceAfter(IReadOnlyList<object> list, EntityLens lens, Guid last)
    {
        var (low, high) = (0, list.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (lens.IdOf(list[middle]).CompareTo(last) <= 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    static bool HasTags(IReadOnlyList<string> present, IReadOnlyList<string> wanted, bool any) =>
        any ? wanted.Any(present.Contains) : wanted.All(present.Contains);
}
