using System.Text;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;
using Gibbon.Plugins.Shared.Lua;

namespace Gibbon.Plugins.ResponseTransformer;

/// <summary>A field of a JSON object and the value it gets.</summary>
/// <param name="Name">The field.</param>
/// <param name="Value">The value.</param>
readonly record struct JsonEntry(string Name, object Value)
{
    /// <summary>Makes the values what their types say. Entries without a value are left out, and numbers that are none.</summary>
    public static JsonEntry[] Compile(ChangedParts parts) =>
        [.. from item in parts.Json.Select(static (entry, place) => (Entry: NamedValue.Parse(entry), Place: place))
            where item.Entry.Value.Length > 0
            let type = item.Place < parts.JsonTypes.Count ? parts.JsonTypes[item.Place] : JsonValueType.String
            let value = Cast(Escaped(item.Entry.Value), type)
            where value is not null
            select new JsonEntry(item.Entry.Name, value)];

    static object? Cast(string text, JsonValueType type) => type switch
    {
        JsonValueType.Boolean => text == "true",
        JsonValueType.Number when LuaNumbers.TryRead(text, out var number) => number,
        JsonValueType.Number => null,
        _ => text,
    };

    /// <summary>Kong escapes a value as in JSON and takes only the escapes of quotes and slashes back: others stay, and show.</summary>
    static string Escaped(string text) => Encoding.UTF8.GetString(ValueJson.Write(text)[1..^1])
        .Replace("\\\"", "\"", StringComparison.Ordinal)
        .Replace("\\/", "/", StringComparison.Ordinal);
}
