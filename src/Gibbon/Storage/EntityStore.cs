using System.Collections.Immutable;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Storage;

/// <summary>
/// The entities of this node in memory. One version is present at a time; a change makes the next one beside it, puts it in its place, and tells
/// who listens what became of which entity. Readers take <see cref="Current"/> and are never waited for.
/// </summary>
internal sealed class EntityStore(EntitySchemas schemas)
{
    readonly Lock writing = new();
    volatile EntitySet current = EntitySet.Empty(schemas);

    public EntitySchemas Schemas => schemas;

    /// <summary>The present version.</summary>
    public EntitySet Current => current;

    /// <summary>Tells every change, in the order in which they happen, before the change returns to whoever made it.</summary>
#pragma warning disable MA0046 // There is one store; who is told need not be told by whom.
    public event Action<EntityChanges>? Changed;
#pragma warning restore MA0046

    /// <summary>Told of a change that is in effect: nobody has refused it.</summary>
    public Action<EntityChanges>? InEffect { get; set; }

    /// <summary>
    /// Puts a configuration in the place of everything present. Entities that say the same as before stay the same objects, so that
    /// what was built of them can stay too.
    /// </summary>
    public EntityChanges Replace(DeclarativeConfiguration configuration)
    {
        lock (writing)
        {
            return Publish(Differences(current, configuration), configuration.Hash);
        }
    }

    /// <summary>Makes single changes: entities come, change and go.</summary>
    /// <param name="changes">The changes; <see cref="ChangedEntity.Before"/> is looked up and need not be given.</param>
    public EntityChanges Apply(IEnumerable<ChangedEntity> changes)
    {
        lock (writing)
        {
            List<ChangedEntity> known = [];
            foreach (var change in changes)
            {
                var table = current[change.SchemaName];
                var before = table.Find(table.Lens.IdOf(change.After ?? change.Before!));
                if (before is not null || change.After is not null)
                {
                    known.Add(change with { Before = before });
                }
            }
            return Publish(known, current.Hash);
        }
    }

    /// <summary>Makes changes that follow from what is present; nobody else changes anything meanwhile.</summary>
    /// <param name="decide">Says what to change, and the hash of what comes of it if it has one; null: nothing.</param>
    /// <param name="hashOf">The hash of what has come of it.</param>
    public EntityChanges? Decide(Func<EntitySet, (IReadOnlyList<ChangedEntity> Changes, string? Hash)?> decide, Func<EntitySet, string> hashOf)
    {
        lock (writing)
        {
            return decide(current) is not { } decided ? null
                : Publish([.. decided.Changes], decided.Hash ?? hashOf(current.With(decided.Changes, ConfigurationHash.Empty)));
        }
    }

    /// <summary>Tells entities as changed that say the same as before, because what they refer to says something else.</summary>
    /// <param name="which">Finds them in the present version.</param>
    public void Touch(Func<EntitySet, IEnumerable<ChangedEntity>> which)
    {
        lock (writing)
        {
            List<ChangedEntity> touched = [.. which(current)];
            if (touched.Count > 0)
            {
                Publish(touched, current.Hash);
            }
        }
    }

    /// <summary>Puts the entities of another store's version in the place of everything present.</summary>
    public EntityChanges CopyFrom(EntitySet other)
    {
        lock (writing)
        {
            List<ChangedEntity> changes = [];
            foreach (var table in current.Tables.Where(table => other.Tables.Any(given => given.Schema.Name == table.Schema.Name)))
            {
                changes.AddRange(other[table.Schema.Name].All.Select(entity => new ChangedEntity(table.Schema.Name, null, Adapt(table.Schema, entity))));
            }
            return Publish(changes, other.Hash);
        }
    }

    // What plugins say about their configurations and their entities may be something else than when the entity was read.
    static object Adapt(Schema schema, object entity)
    {
        if (schema.ClrType is null)
        {
            return schema.Select((ValueMap)entity);
        }
        if (entity is not Plugin plugin)
        {
            return entity;
        }
        var errors = schema.Create(Schema.Unbind(plugin), Operation.Upsert, out var made);
        return errors is null ? schema.Bind(made) : throw new InvalidOperationException($"the configuration of plugin '{plugin.Name}' does not fit any more: {errors.Message}");
    }

    EntityChanges Publish(List<ChangedEntity> changed, string hash)
    {
        var before = current;
        var changes = new EntityChanges(before, before.With(changed, hash), [.. changed]);
        current = changes.After;
        try
        {
            Changed?.Invoke(changes);
        }
        catch
        {
            // Whoever serves requests could not take the change: the store stays with what they go on serving.
            current = before;
            throw;
        }
        InEffect?.Invoke(changes);
        return changes;
    }

    static List<ChangedEntity> Differences(EntitySet present, DeclarativeConfiguration configuration)
    {
        List<ChangedEntity> changes = [];
        foreach (var table in present.Tables)
        {
            var name = table.Schema.Name;
            var wanted = configuration.Entities.GetValueOrDefault(name, []);
            HashSet<Guid> ids = new(table.Count == 0 ? 0 : wanted.Count);
            foreach (var entity in wanted)
            {
                var before = table.Count == 0 ? null : table.Find(table.Lens.IdOf(entity));
                if (before is not null)
                {
                    ids.Add(table.Lens.IdOf(before));
                }
                if (before is null || !StructuralComparer.SayTheSame(before, entity))
                {
                    changes.Add(new ChangedEntity(name, before, entity));
                }
            }
            if (ids.Count < table.Count)
            {
                changes.AddRange(table.All.Where(entity => !ids.Contains(table.Lens.IdOf(entity))).Select(entity => new ChangedEntity(name, entity, null)));
            }
        }
        return changes;
    }
}
