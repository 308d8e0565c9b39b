using System.Globalization;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin.Requests;

/// <summary>
/// Gives the texts of a form the types that the schema wants: numbers, truth values, lists of one, and null for an empty text. What does not
/// fit stays a text, and the schema says what is wrong with it. JSON is never treated so.
/// </summary>
internal static class FormTypes
{
    /// <summary>An entity's values, or what is known of them.</summary>
    public static ValueMap Infer(ValueMap values, Schema schema)
    {
        RecordSchema record = schema.For(values) ?? schema;
        ValueMap typed = InferRecord(values, record);
        if (schema.Ttl && typed.Get("ttl") is string ttl)
        {
            typed["ttl"] = Number(ttl) ?? ttl;
        }

        return typed;
    }

    public static object? Infer(object? value, Field? field)
    {
        if (field is null)
        {
            return value;
        }

        if (value is null or "")
        {
            return null;
        }

        return (field.Type, value) switch
        {
            (FieldType.Number or FieldType.Integer, string text) => Number(text) ?? text,
            (FieldType.Boolean, "true") => true,
            (FieldType.Boolean, "false") => false,
            (FieldType.Array or FieldType.Set, ValueList list) => new ValueList(list.Select(item => Infer(item, field.Elements))),
            (FieldType.Array or FieldType.Set, ValueMap) => value,
            (FieldType.Array or FieldType.Set, _) => new ValueList { Infer(value, field.Elements) },
            (FieldType.Map, ValueMap map) => new ValueMap(map.Select(entry => KeyValuePair.Create(entry.Key, Infer(entry.Value, field.Values)))),
            (FieldType.Record, ValueMap map) when field is { Abstract: false, Record: { } record } => InferRecord(map, record),
            _ => value,
        };
    }

    /// <summary>A number as Lua reads it: decimal, with an exponent, or hexadecimal; null when it is none.</summary>
    public static object? Number(string text)
    {
        string trimmed = text.Trim();
        if (trimmed.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            return long.TryParse(trimmed.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long hex) ? hex : null;
        }

        if (long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            return whole;
        }

        return double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number)
            ? number == Math.Floor(number) && Math.Abs(number) < 1e15 ? (long)number : number
            : null;
    }

    private static ValueMap InferRecord(ValueMap values, RecordSchema record)
    {
        ValueMap typed = new(values.Count);
        foreach ((string name, object? value) in values)
        {
            Field? field = record.Find(name) ?? record.Shorthands.FirstOrDefault(shorthand => shorthand.Field.Name == name)?.Field;
            typed[name] = Infer(value, field);
        }

        return typed;
    }
}
