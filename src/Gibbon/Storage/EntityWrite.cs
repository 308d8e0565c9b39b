using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>What is done with an entity.</summary>
internal enum WriteKind
{
    Insert,
    Update,
    Upsert,
    Delete,
}

/// <summary>One change of many that happen together.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Schema">The kind of entity.</param>
/// <param name="Id">Which one; of an insertion, the id that the values have.</param>
/// <param name="Entity">The values, which the schema has found good; null for a deletion.</param>
/// <param name="Options">How.</param>
internal sealed record EntityWrite(WriteKind Kind, Schema Schema, Guid Id, ValueMap? Entity, EntityOptions Options = default)
{
    /// <summary>
    /// What must hold of the entity for the change to be made, asked in the transaction that makes it, while nobody else can change the entity; null: nothing.
    /// </summary>
    public Func<IEntityReader, CancellationToken, ValueTask<EntityError?>>? Condition { get; init; }

    public static EntityWrite Insert(Schema schema, ValueMap entity, EntityOptions options = default) =>
        new(WriteKind.Insert, schema, Guid.TryParse(entity.GetString("id"), out Guid id) ? id : Guid.Empty, entity, options);

    public static EntityWrite Update(Schema schema, Guid id, ValueMap entity, EntityOptions options = default) =>
        new(WriteKind.Update, schema, id, entity, options);

    public static EntityWrite Upsert(Schema schema, Guid id, ValueMap entity, EntityOptions options = default) =>
        new(WriteKind.Upsert, schema, id, entity, options);

    public static EntityWrite Delete(Schema schema, Guid id, EntityOptions options = default) => new(WriteKind.Delete, schema, id, null, options);
}

/// <summary>What came of changes that were to happen together: all of them, or none.</summary>
internal sealed record WriteResult
{
    /// <summary>The entities as stored, one for each change; null where one was deleted.</summary>
    public ImmutableArray<object?> Entities { get; init; } = [];

    /// <summary>Everything that changed, in its order: what was asked for, and what went with it.</summary>
    public ImmutableArray<ChangedEntity> Changes { get; init; } = [];

    /// <summary>Why nothing changed.</summary>
    public EntityError? Error { get; init; }

    /// <summary>Which change it was that failed; -1 when it was none of them.</summary>
    public int FailedAt { get; init; } = -1;

    public static WriteResult Failure(EntityError error, int failedAt = -1) => new() { Error = error, FailedAt = failedAt };
}
