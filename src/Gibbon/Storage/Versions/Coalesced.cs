namespace Gibbon.Storage.Versions;

/// <summary>What became of each entity in the end, where one transaction touched it more than once: it was taken out and put back in another order.</summary>
internal static class Coalesced
{
    public static List<ChangedEntity> Of(IReadOnlyList<ChangedEntity> changes, EntitySchemas schemas)
    {
        Dictionary<string, EntityLens> lenses = new(StringComparer.Ordinal);
        Dictionary<(string, Guid), int> places = new(changes.Count);
        List<ChangedEntity> merged = new(changes.Count);
        HashSet<int> repeated = [];
        foreach (ChangedEntity change in changes)
        {
            if (!lenses.TryGetValue(change.SchemaName, out EntityLens? lens))
            {
                lenses.Add(change.SchemaName, lens = new EntityLens(schemas.Find(change.SchemaName)!));
            }

            (string, Guid) key = (change.SchemaName, lens.IdOf(change.After ?? change.Before!));
            if (places.TryGetValue(key, out int place))
            {
                merged[place] = merged[place] with { After = change.After };
                repeated.Add(place);
            }
            else
            {
                places.Add(key, merged.Count);
                merged.Add(change);
            }
        }

        return repeated.Count == 0 ? merged : [.. merged.Where((change, place) => !repeated.Contains(place) || SaysSomething(change))];
    }

    /// <summary>Without what changed nothing but the time of its change, and without the workspace, which nobody configures.</summary>
    public static List<ChangedEntity> Effective(IEnumerable<ChangedEntity> changes) => [.. changes.Where(static change => change.SchemaName != "workspaces" && SaysSomething(change))];

    private static bool SaysSomething(ChangedEntity change) => change switch
    {
        { Before: null, After: null } => false,
        { Before: { } before, After: { } after } => !StructuralComparer.SayTheSame(before, after),
        _ => true,
    };
}
