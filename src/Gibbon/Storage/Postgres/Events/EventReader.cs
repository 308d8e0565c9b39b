using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Postgres.Events;

/// <summary>
/// Finds out what became of the entities that other nodes say have changed. Their events name keys of caches; the entities behind a key, those that
/// memory has and the one that the database has, are read again, so that what is put into memory is what is true, in whatever order the events come.
/// </summary>
internal sealed class EventReader(EntityStore live, IEntityStore entities, Func<string, bool> isLive, Func<Guid> workspace)
{
    /// <summary>When so many entities changed at once, reading all of them is the shorter way.</summary>
    public const int Many = 500;

    readonly EntitySchemas schemas = live.Schemas;

    /// <summary>What is to be changed in memory; null when it is so much that everything is to be read anew.</summary>
    /// <exception cref="EntityException">The database cannot be read.</exception>
    public async ValueTask<IReadOnlyList<ChangedEntity>?> ReadAsync(IEnumerable<ClusterEvent> events, CancellationToken cancellation)
    {
        var wanted = new Queue<(Schema Schema, Guid Id)>();
        var known = new HashSet<(string Kind, Guid Id)>();
        foreach (var key in events.Where(IsInvalidation).Select(static told => told.Data).Distinct(StringComparer.Ordinal))
        {
            if (KindOf(key) is { } schema)
            {
                await FindAsync(schema, key, Want, cancellation).ConfigureAwait(false);
                if (wanted.Count > Many)
                {
                    return null;
                }
            }
        }
        List<ChangedEntity> changes = [];
        while (wanted.TryDequeue(out var next))
        {
            var before = live.Current[next.Schema.Name].Find(next.Id);
            var after = Value(await entities.SelectAsync(next.Schema, next.Id, cancellation).ConfigureAwait(false));
            if (before is null ? after is not null : after is null || !StructuralComparer.SayTheSame(before, after))
            {
                changes.Add(new ChangedEntity(next.Schema.Name, before, after));
            }
            if (after is null)
            {
                WantChildren(next.Schema, next.Id, Want);
            }
        }
        return changes;

        void Want(Schema schema, Guid id)
        {
            if (known.Add((schema.Name, id)))
            {
                wanted.Enqueue((schema, id));
            }
        }
    }

    public static bool IsInvalidation(ClusterEvent told) => told.Channel is ClusterEvent.CoreInvalidations or ClusterEvent.Invalidations;

    Schema? KindOf(string key)
    {
        var end = key.IndexOf(':', StringComparison.Ordinal);
        return end > 0 && key[..end] is var kind && isLive(kind) ? schemas.Find(kind) : null;
    }

    async ValueTask FindAsync(Schema schema, string key, Action<Schema, Guid> want, CancellationToken cancellation)
    {
        var table = live.Current[schema.Name];
        if (schema.CacheKey.Length > 1)
        {
            foreach (var entity in Candidates(table, schema, key).Where(entity => ChangeEvents.KeyOf(schema, ValuesOf(entity), workspace()) == key))
            {
                want(schema, table.Lens.IdOf(entity));
            }
            WantFound(await entities.SelectByCacheKeyAsync(schema, key, cancellation).ConfigureAwait(false));
        }
        else if (CacheKeys.TryReadSingle(schema, key, out var value))
        {
            if (schema.CacheKey is not [var field])
            {
                if (Guid.TryParse(value, out var id))
                {
                    want(schema, id);
                }
                return;
            }
            if (table.FindBy(field, value) is { } present)
            {
                want(schema, table.Lens.IdOf(present));
            }
            WantFound(await entities.SelectByAsync(schema, field, value, cancellation).ConfigureAwait(false));
        }

        void WantFound(EntityResult<object?> found)
        {
            if (Value(found) is { } entity)
            {
                want(schema, table.Lens.IdOf(entity));
            }
        }
    }

    // The ids in a key lead to the few entities that refer to them; without any, it may be one of those that refer to nothing.
    IEnumerable<object> Candidates(EntityTable table, Schema schema, string key)
    {
        var ids = key.Split(':').SkipLast(schema.Workspaceable ? 1 : 0).Select(static part => Guid.TryParse(part, out var id) ? id : Guid.Empty)
            .Where(static id => id != Guid.Empty).ToList();
        return ids.Count > 0
            ? table.Lens.ForeignFields.SelectMany(foreign => ids.SelectMany(id => table.FindAllFor(foreign.Name, id)))
            : table.All.Where(entity => Array.TrueForAll(table.Lens.ForeignFields, foreign => foreign.Read(entity) is null));
    }

    // What went with an entity in the database, as cascades do, goes with it here; of rows that Kong does not know, nobody else tells.
    void WantChildren(Schema schema, Guid id, Action<Schema, Guid> want)
    {
        foreach (var child in schemas.Children(schema.Name).Where(child => isLive(child.Entity)))
        {
            var table = live.Current[child.Entity];
            foreach (var entity in table.FindAllFor(child.Field, id))
            {
                want(table.Schema, table.Lens.IdOf(entity));
            }
        }
    }

    static object? Value(EntityResult<object?> result) => result.Error is { } error ? throw new EntityException(error) : result.Value;

    static ValueMap ValuesOf(object entity) => entity as ValueMap ?? Schema.Unbind(entity);
}
