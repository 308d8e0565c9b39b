using System.Collections.Immutable;

namespace Gibbon.Storage;

/// <summary>What became of one entity.</summary>
/// <param name="SchemaName">Its kind: <c>routes</c>.</param>
/// <param name="Before">The entity as it was; <c>null</c> when it is new.</param>
/// <param name="After">The entity as it is; <c>null</c> when it is gone.</param>
internal readonly record struct ChangedEntity(string SchemaName, object? Before, object? After)
{
    /// <summary>Whether nobody is to be told: no event, no invalidation.</summary>
    public bool Silent { get; init; }

    /// <summary>Kong's word for it: <c>create</c>, <c>update</c> or <c>delete</c>.</summary>
    public string Operation => Before is null ? "create" : After is null ? "delete" : "update";
}

/// <summary>What changed from one version of the store to the next, and both versions.</summary>
internal sealed record EntityChanges(EntitySet Before, EntitySet After, ImmutableArray<ChangedEntity> Changed);
