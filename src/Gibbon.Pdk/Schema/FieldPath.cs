namespace Gibbon.Pdk.Schemas;

/// <summary>Paths with dots between names, in fields and in values: <c>config.redis.host</c>.</summary>
static class FieldPath
{
    public static Field? Find(RecordSchema? record, ReadOnlySpan<char> path)
    {
        while (record is not null)
        {
            var dot = path.IndexOf('.');
            if (dot < 0)
            {
                return record.Find(path.ToString());
            }
            record = record.Find(path[..dot].ToString())?.Record;
            path = path[(dot + 1)..];
        }
        return null;
    }

    /// <summary>The value at a path; false when a name on the way is missing or leads nowhere.</summary>
    public static bool TryGet(ValueMap values, string path, out object? value)
    {
        if (!path.Contains('.', StringComparison.Ordinal))
        {
            return values.TryGetValue(path, out value);
        }
        value = values;
        foreach (var range in path.AsSpan().Split('.'))
        {
            if (value is not ValueMap map || !map.TryGetValue(path[range], out value))
            {
                value = null;
                return false;
            }
        }
        return true;
    }

    /// <summary>Sets the value at a path and makes the maps on the way; leaves alone what is on the way and no map.</summary>
    public static void Set(ValueMap values, string path, object? value)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            values[path] = value;
            return;
        }
        var head = path[..dot];
        if (!values.TryGetValue(head, out var inner))
        {
            values[head] = inner = new ValueMap();
        }
        if (inner is ValueMap map)
        {
            Set(map, path[(dot + 1)..], value);
        }
    }

    public static void Change(List<Field> fields, string path, Func<Field, Field> change)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var name = dot < 0 ? path : path[..dot];
        var place = fields.FindIndex(field => string.Equals(field.Name, name, StringComparison.Ordinal));
        if (place < 0)
        {
            throw new ArgumentException($"there is no field '{path}'", nameof(path));
        }
        fields[place] = dot < 0 ? change(fields[place]) : ChangeWithin(fields[place], path[(dot + 1)..], change);
    }

    static Field ChangeWithin(Field field, string path, Func<Field, Field> change)
    {
        var record = field.Record ?? throw new ArgumentException($"the field '{field.Name}' has no fields", nameof(field));
        List<Field> inner = [.. record.Fields];
        Change(inner, path, change);
        return field with { Record = record.With(inner) };
    }
}
