using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Versions;

namespace Gibbon.Storage.Applying;

/// <summary>Changes and versions as the Admin API and the command line show them.</summary>
internal static class ChangeReport
{
    /// <summary>What came of a change of the configuration.</summary>
    /// <param name="change">What came of it.</param>
    /// <param name="isPlan">Whether it was only a plan.</param>
    /// <param name="size">How many changes are listed.</param>
    /// <param name="schemas">The kinds of entities.</param>
    public static ValueMap Of(WholeChange change, bool isPlan, int size, EntitySchemas schemas)
    {
        ChangeCounts counts = ChangeCounts.Of(change.Changes);
        return new ValueMap
        {
            ["version"] = change.Version,
            ["plan"] = isPlan,
            ["summary"] = new ValueMap
            {
                ["created"] = counts.Created, ["updated"] = counts.Updated, ["deleted"] = counts.Deleted, ["unchanged"] = change.Plan.Unchanged,
            },
            ["changes"] = new ValueList(change.Changes.Take(size).Select(entity => Of(VersionChange.Of(entity, schemas), schemas))),
            ["truncated"] = change.Changes.Count > size,
        };
    }

    public static ValueMap Of(VersionChange change, EntitySchemas schemas)
    {
        ValueMap values = (change.After ?? change.Before)!;
        return new ValueMap
        {
            ["operation"] = change.Operation,
            ["entity"] = change.Kind,
            ["id"] = change.Id.ToString(),
            ["name"] = schemas.Find(change.Kind) is { } schema ? EntityLabel.Of(schema, values) : null,
            ["fields"] = new ValueList(Fields(change)),
            ["before"] = change.Before,
            ["after"] = change.After,
        };
    }

    public static ValueMap Of(ConfigurationVersion version) => new()
    {
        ["version"] = version.Number,
        ["created_at"] = version.CreatedAt.ToUnixTimeSeconds(),
        ["source"] = version.Note.Source,
        ["by"] = version.Note.By,
        ["client"] = version.Note.Client,
        ["request"] = version.Note.Request,
        ["reason"] = version.Note.Reason,
        ["rollback_to"] = version.Note.RollbackTo,
        ["created"] = version.Counts.Created,
        ["updated"] = version.Counts.Updated,
        ["deleted"] = version.Counts.Deleted,
    };

    public static ValueMap Stale(long present, string expected) => new()
    {
        ["message"] = $"the configuration is at version {present}, not {expected}", ["version"] = present,
    };

    // An update names what it changes, but for the time of the change.
    private static IEnumerable<string> Fields(VersionChange change) => change is not { Before: { } before, After: { } after } ? []
        : before.Keys.Union(after.Keys).Where(name => name is not ("created_at" or "updated_at") && !Value.DeepEquals(before.Get(name), after.Get(name))).Order(StringComparer.Ordinal);
}
