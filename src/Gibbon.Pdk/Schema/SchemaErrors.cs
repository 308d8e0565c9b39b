namespace Gibbon.Pdk.Schemas;

/// <summary>
/// Why an entity is not valid: the errors in the shape of the entity, as the Admin API shows them under <c>fields</c>. Errors between fields are listed
/// under <c>@entity</c>; those of lists stand at the place of the element, with nulls before.
/// </summary>
public sealed class SchemaErrors
{
    string? message;

    /// <summary>The errors of some fields.</summary>
    public SchemaErrors(ValueMap fields) => Fields = fields;

    /// <summary>The error of one field.</summary>
    public SchemaErrors(string field, object error) : this(new ValueMap { [field] = error })
    {
    }

    /// <summary>The errors by field.</summary>
    public ValueMap Fields { get; }

    /// <summary>All errors in one line: <c>schema violation (name: required field missing)</c>, <c>2 schema violations (…; …)</c>.</summary>
    public string Message => message ??= Summarize();

    string Summarize()
    {
        List<string> items = [];
        AddEntityErrors(items);
        foreach (var (name, error) in Fields.Where(static entry => entry.Key != "@entity").OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            AddField(items, name, error);
        }
        var summary = string.Join("; ", items);
        return items.Count == 1 ? $"schema violation ({summary})" : $"{items.Count} schema violations ({summary})";
    }

    void AddEntityErrors(List<string> items)
    {
        if (Fields.Get("@entity") is ValueList list)
        {
            items.AddRange(list.Select(Value.ToText));
        }
        else if (Fields.GetString("@entity") is { } text)
        {
            items.Add(text);
        }
    }

    static void AddField(List<string> items, string name, object? error)
    {
        switch (error)
        {
            case ValueMap map:
                foreach (var (key, inner) in map.OrderBy(static entry => entry.Key, StringComparer.Ordinal))
                {
                    items.Add($"{name}.{key}: {LuaTable.Print(inner)}");
                }
                break;
            case ValueList list:
                for (var place = 0; place < list.Count; place++)
                {
                    if (list[place] is { } inner)
                    {
                        items.Add($"{name}.{place + 1}: {LuaTable.Print(inner)}");
                    }
                }
                break;
            default:
                items.Add($"{name}: {Value.ToText(error)}");
                break;
        }
    }
}
