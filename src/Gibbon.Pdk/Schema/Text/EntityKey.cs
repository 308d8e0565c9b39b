namespace Gibbon.Pdk.Schemas;

/// <summary>Keys of entities as Kong's messages show them: <c>{id="…"}</c>, on one line, sorted.</summary>
static class EntityKey
{
    public static string Print(ValueMap key) =>
        "{" + string.Join(",", key.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(Print)) + "}";

    static string Print(KeyValuePair<string, object?> entry) => $"{entry.Key}={PrintValue(entry.Value)}";

    static string PrintValue(object? value) => value switch
    {
        ValueMap map => Print(map),
        ValueList list => "{" + string.Join(",", list.Select(PrintValue)) + "}",
        string text => $"\"{text}\"",
        _ => Value.ToText(value),
    };
}
