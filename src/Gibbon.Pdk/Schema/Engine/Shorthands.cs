namespace Gibbon.Pdk.Schemas;

/// <summary>Puts fields in the place of the shorthands that stand for them, and shorthands beside fields in answers.</summary>
static class Shorthands
{
    /// <summary>Expands the shorthands of a record and of the records in it.</summary>
    /// <returns>The input itself when there is nothing to expand, else a copy. Errors are noted flat, under the shorthand's own name.</returns>
    public static ValueMap Expand(RecordSchema record, ValueMap input, Operation operation, ref ValueMap? errors)
    {
        if (!record.HasShorthands)
        {
            return input;
        }
        var output = new ValueMap(input);
        foreach (var shorthand in record.Shorthands)
        {
            if (output.Remove(shorthand.Field.Name, out var value))
            {
                ExpandOne(shorthand, value, output, operation, ref errors);
            }
        }
        foreach (var field in record.Fields)
        {
            if (field.Record is { HasShorthands: true } inner && output.GetMap(field.Name) is { } map)
            {
                output[field.Name] = Expand(inner, map, operation, ref errors);
            }
        }
        return output;
    }

    static void ExpandOne(Shorthand shorthand, object? value, ValueMap output, Operation operation, ref ValueMap? errors)
    {
        var name = shorthand.Field.Name;
        var error = Validation.Check(shorthand.Field, value, operation) ?? Mismatch(shorthand, value, output);
        if (error is not null)
        {
            (errors ??= [])[name] = error;
        }
        else if (shorthand.Expand(value) is { } fields)
        {
            Merge(output, fields, isDeprecated: shorthand.Field.Deprecation is not null);
        }
    }

    static string? Mismatch(Shorthand shorthand, object? value, ValueMap record)
    {
        if (shorthand.Field.Deprecation is not { } deprecation || value is null)
        {
            return null;
        }
        foreach (var replacement in deprecation.ReplacedWith)
        {
            var path = string.Join('.', replacement.Path);
            if (FieldPath.TryGet(record, path, out var current) && current is not null)
            {
                var old = replacement.ToOld is { } toOld ? toOld(current) : current;
                if (!Value.DeepEquals(old, value))
                {
                    return "both deprecated and new field are used but their values mismatch: "
                        + $"{shorthand.Field.Name} = {Value.ToText(value)} vs {path} = {Value.ToText(current)}";
                }
            }
        }
        return null;
    }

    static void Merge(ValueMap output, ValueMap fields, bool isDeprecated)
    {
        foreach (var (name, value) in fields)
        {
            var isGiven = output.TryGetValue(name, out var current);
            if (value is ValueMap inner && current is ValueMap map)
            {
                var merged = new ValueMap(map);
                Merge(merged, inner, isDeprecated);
                output[name] = merged;
            }
            else if (!isDeprecated || !isGiven || current is null)
            {
                output[name] = value;
            }
        }
    }

    /// <summary>Adds to an entity that was read the names that answers still show for fields that have moved.</summary>
    public static void Show(RecordSchema record, ValueMap entity)
    {
        if (!record.HasShorthands)
        {
            return;
        }
        foreach (var shorthand in record.Shorthands)
        {
            if (shorthand.FromRecord is { } fromRecord)
            {
                entity[shorthand.Field.Name] = fromRecord(entity);
            }
            else if (shorthand.Field.Deprecation is { ReplacedWith: [var replacement, ..] })
            {
                FieldPath.TryGet(entity, string.Join('.', replacement.Path), out var value);
                entity[shorthand.Field.Name] = replacement.ToOld is { } toOld ? toOld(value) : value;
            }
        }
        foreach (var field in record.Fields)
        {
            if (field.Record is { HasShorthands: true } inner && entity.GetMap(field.Name) is { } map)
            {
                Show(inner, map);
            }
        }
    }
}
