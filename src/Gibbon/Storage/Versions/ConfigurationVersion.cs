using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Versions;

/// <summary>One version of the configuration: when it came to be, by whom, and how much it changed.</summary>
internal sealed record ConfigurationVersion(long Number, DateTimeOffset CreatedAt, ChangeNote Note, ChangeCounts Counts);

/// <summary>How many entities came, changed and went.</summary>
internal readonly record struct ChangeCounts(long Created, long Updated, long Deleted)
{
    public long All => Created + Updated + Deleted;

    public static ChangeCounts Of(IReadOnlyCollection<ChangedEntity> changes)
    {
        long created = changes.Count(static change => change.Before is null);
        long deleted = changes.Count(static change => change.After is null);
        return new ChangeCounts(created, changes.Count - created - deleted, deleted);
    }
}

/// <summary>What a version changed of one entity, as values.</summary>
/// <param name="Kind">Its kind: <c>routes</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Before">As it was; null when it is new.</param>
/// <param name="After">As it is; null when it is gone.</param>
internal sealed record VersionChange(string Kind, Guid Id, ValueMap? Before, ValueMap? After)
{
    public string Operation => Before is null ? "create" : After is null ? "delete" : "update";

    public static VersionChange Of(ChangedEntity change, EntitySchemas schemas)
    {
        Schema schema = schemas.Find(change.SchemaName)!;
        (ValueMap? before, ValueMap? after) = (Values(schema, change.Before), Values(schema, change.After));
        return new VersionChange(change.SchemaName, EntityIds.Of(schema, (after ?? before)!), before, after);
    }

    private static ValueMap? Values(Schema schema, object? entity) => entity is null ? null : schema.Select(entity as ValueMap ?? Schema.Unbind(entity));
}
