namespace Gibbon.Pdk.Schemas;

/// <summary>Finds the deprecated fields and shorthands that were given a value other than the one they had by themselves.</summary>
static class Deprecations
{
    public static void Find(RecordSchema record, ValueMap input, List<Deprecation> found)
    {
        foreach (var field in record.Fields)
        {
            if (!input.TryGetValue(field.Name, out var value))
            {
                continue;
            }
            AddIfUsed(field, value, found);
            if (field.Record is { } inner && value is ValueMap map)
            {
                Find(inner, map, found);
            }
        }
        foreach (var shorthand in record.Shorthands)
        {
            if (input.TryGetValue(shorthand.Field.Name, out var value))
            {
                AddIfUsed(shorthand.Field, value, found);
            }
        }
    }

    static void AddIfUsed(Field field, object? value, List<Deprecation> found)
    {
        var isUsed = field.Deprecation is { } deprecation
            && value is not null
            && !(deprecation.HasOldDefault && Value.DeepEquals(value, deprecation.OldDefault));
        if (isUsed)
        {
            found.Add(field.Deprecation!);
        }
    }
}
