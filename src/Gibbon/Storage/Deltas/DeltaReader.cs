using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Applying;

namespace Gibbon.Storage.Deltas;

/// <summary>Makes changes of memory of what a control plane says has changed: all of it or nothing.</summary>
internal static class DeltaReader
{
    /// <summary>Checks the entities, without regard to what is present.</summary>
    /// <returns>The last that is said of each entity, or why it cannot be taken.</returns>
    public static Result<ImmutableArray<CheckedDelta>> Check(EntitySchemas schemas, IEnumerable<EntityDelta> deltas)
    {
        Dictionary<(string Kind, string Key), CheckedDelta> last = [];
        foreach (EntityDelta delta in deltas)
        {
            if (schemas.Find(delta.Kind) is not { Exported: true } schema)
            {
                return Result.Failure<ImmutableArray<CheckedDelta>>($"there are no '{delta.Kind}'");
            }

            ValueMap? made = null;
            if (delta.Entity is { } entity && schema.Create(Shown(schema, entity), Operation.Insert, out made) is { } errors)
            {
                return Result.Failure<ImmutableArray<CheckedDelta>>($"an entity of '{delta.Kind}' is wrong: {errors.Message}");
            }

            ValueMap key = made ?? delta.Key;
            if (Array.Exists([.. schema.PrimaryKey], name => key.Get(name) is null) || (schema.PrimaryKey is ["id"] && !Guid.TryParse(key.GetString("id"), out _)))
            {
                return Result.Failure<ImmutableArray<CheckedDelta>>($"it is not said which of the '{delta.Kind}' is meant");
            }

            object? after = made is null || schema.ClrType is null ? made : schema.Bind(made);
            last[(delta.Kind, EntityLens.KeyText(schema, key))] = new CheckedDelta(delta.Kind, key, after);
        }

        return last.Values.ToImmutableArray();
    }

    /// <summary>What becomes of what is present, with all that goes with it, or why it does not fit.</summary>
    public static Result<ImmutableArray<ChangedEntity>> Relate(EntitySet present, EntitySchemas schemas, IEnumerable<CheckedDelta> deltas)
    {
        List<ChangedEntity> wanted = [];
        foreach (CheckedDelta delta in deltas)
        {
            EntityTable table = present[delta.Kind];
            object? before = table.Find(table.Lens.IdOfKey(delta.Key));
            if (before is not null || delta.After is not null)
            {
                wanted.Add(new ChangedEntity(delta.Kind, before, delta.After));
            }
        }

        MemoryRules rules = new(present, schemas, wanted);
        return rules.Complete() is { } error
            ? Result.Failure<ImmutableArray<ChangedEntity>>($"an entity of '{rules.Culprit?.SchemaName}' does not fit the others: {error.Message}")
            : rules.Changes.ToImmutableArray();
    }

    // What Kong writes for itself into rows is no field of the entity.
    private static ValueMap Shown(Schema schema, ValueMap entity)
    {
        ValueMap shown = new(entity);
        if (schema.Workspaceable)
        {
            shown.Remove("ws_id");
        }

        return shown;
    }
}

/// <summary>A change whose entity is as its schema wants it.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Key">What has its primary key.</param>
/// <param name="After">The entity as it will be; null when it goes.</param>
internal readonly record struct CheckedDelta(string Kind, ValueMap Key, object? After);
