namespace Gibbon.Pdk.Schemas;

/// <summary>Lays the changes of an update over the stored entity: records field by field, everything else whole.</summary>
static class Merging
{
    /// <param name="record">What the whole must be.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="stored">What is there.</param>
    /// <param name="now">The time.</param>
    /// <param name="keepUnknown">Whether what is there stays where the schema does not know it: it was written with another one.</param>
    public static ValueMap Merge(RecordSchema record, ValueMap changes, ValueMap stored, DateTimeOffset now, bool keepUnknown = false)
    {
        var merged = new ValueMap(record.Fields.Length);
        foreach (var field in record.Fields)
        {
            if (!changes.TryGetValue(field.Name, out var value))
            {
                if (stored.TryGetValue(field.Name, out var kept) || !(field.BeyondKong || keepUnknown))
                {
                    merged.Add(field.Name, kept);
                }
            }
            else if (value is ValueMap map && field.Record is { } inner)
            {
                var below = stored.GetMap(field.Name);
                merged.Add(field.Name, below is null ? Completion.Complete(inner, map, Operation.Insert, now) : Merge(inner, map, below, now, keepUnknown));
            }
            else
            {
                merged.Add(field.Name, value);
            }
        }
        foreach (var (name, value) in changes)
        {
            merged.TryAdd(name, value);
        }
        foreach (var (name, value) in stored)
        {
            if (keepUnknown || name == "ttl")
            {
                merged.TryAdd(name, value);
            }
        }
        return merged;
    }
}
