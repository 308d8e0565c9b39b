using System.Globalization;
using System.Text.RegularExpressions;

namespace Gibbon.Pdk.Schemas;

/// <summary>The part of JSON Schema (draft 4) that configurations of WebAssembly filters are described with.</summary>
static class JsonSchema
{
    /// <summary>What is wrong with a value, or <c>null</c>.</summary>
    public static string? Check(ValueMap schema, object? value) =>
        CheckType(schema, value)
        ?? CheckEnum(schema, value)
        ?? CheckCombinations(schema, value)
        ?? value switch
        {
            string text => CheckText(schema, text),
            long or double => CheckNumber(schema, Number.From(value)),
            ValueMap map => CheckObject(schema, map),
            ValueList list => CheckArray(schema, list),
            _ => null,
        };

    static string? CheckType(ValueMap schema, object? value)
    {
        var actual = TypeOf(value);
        return schema.Get("type") switch
        {
            string wanted when !Fits(wanted, actual) => $"wrong type: expected {wanted}, got {actual}",
            ValueList wanted when !wanted.Exists(type => type is string name && Fits(name, actual)) =>
                $"wrong type: expected one of {string.Join(", ", wanted)}, got {actual}",
            _ => null,
        };
    }

    static string TypeOf(object? value) => value switch
    {
        null => "null",
        bool => "boolean",
        long => "integer",
        double => "number",
        string => "string",
        ValueList => "array",
        _ => "object",
    };

    static bool Fits(string wanted, string actual) =>
        string.Equals(wanted, actual, StringComparison.Ordinal) || (wanted == "number" && actual == "integer");

    static string? CheckEnum(ValueMap schema, object? value) =>
        schema.GetList("enum") is { } values && !values.Exists(item => Value.DeepEquals(item, value)) ? "matches none of the enum values" : null;

    static string? CheckCombinations(ValueMap schema, object? value)
    {
        var failures = schema.GetList("allOf")?.OfType<ValueMap>().Select(part => Check(part, value)).FirstOrDefault(static error => error is not null);
        if (failures is not null)
        {
            return "allOf failed: " + failures;
        }
        if (schema.GetList("anyOf") is { } any && any.OfType<ValueMap>().All(part => Check(part, value) is not null))
        {
            return "object matches none of the required";
        }
        if (schema.GetList("oneOf") is { } one && one.OfType<ValueMap>().Count(part => Check(part, value) is null) != 1)
        {
            return "value should match exactly one schema";
        }
        return schema.GetMap("not") is { } not && Check(not, value) is null ? "value should not match schema" : null;
    }

    static string? CheckText(ValueMap schema, string text)
    {
        if (schema.Get("minLength") is long least && text.Length < least)
        {
            return string.Create(CultureInfo.InvariantCulture, $"string too short, expected at least {least}, got {text.Length}");
        }
        if (schema.Get("maxLength") is long greatest && text.Length > greatest)
        {
            return string.Create(CultureInfo.InvariantCulture, $"string too long, expected at most {greatest}, got {text.Length}");
        }
        return schema.GetString("pattern") is { } pattern && !Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1))
            ? $"failed to match pattern \"{pattern}\" with \"{text}\""
            : null;
    }

    static string? CheckNumber(ValueMap schema, double number)
    {
        if (schema.Get("minimum") is { } least && (number < Number.From(least) || (schema.Get("exclusiveMinimum") is true && number == Number.From(least))))
        {
            return $"expected {Value.ToText(Number.Of(number))} to be greater than {Value.ToText(least)}";
        }
        if (schema.Get("maximum") is { } greatest
            && (number > Number.From(greatest) || (schema.Get("exclusiveMaximum") is true && number == Number.From(greatest))))
        {
            return $"expected {Value.ToText(Number.Of(number))} to be smaller than {Value.ToText(greatest)}";
        }
        return null;
    }

    static string? CheckObject(ValueMap schema, ValueMap map)
    {
        foreach (var name in schema.GetList("required")?.OfType<string>() ?? [])
        {
            if (!map.ContainsKey(name))
            {
                return $"property {name} is required";
            }
        }
        var properties = schema.GetMap("properties");
        foreach (var (name, value) in map)
        {
            if (properties?.GetMap(name) is { } property)
            {
                if (Check(property, value) is { } error)
                {
                    return $"property {name} validation failed: {error}";
                }
            }
            else if (schema.Get("additionalProperties") is false)
            {
                return $"additional properties forbidden, found {name}";
            }
        }
        return null;
    }

    static string? CheckArray(ValueMap schema, ValueList list)
    {
        if (schema.Get("minItems") is long least && list.Count < least)
        {
            return string.Create(CultureInfo.InvariantCulture, $"expect array to have at least {least} items");
        }
        if (schema.Get("maxItems") is long greatest && list.Count > greatest)
        {
            return string.Create(CultureInfo.InvariantCulture, $"expect array to have at most {greatest} items");
        }
        for (var place = 0; place < list.Count && schema.GetMap("items") is { } items; place++)
        {
            if (Check(items, list[place]) is { } error)
            {
                return string.Create(CultureInfo.InvariantCulture, $"failed to validate item {place + 1}: {error}");
            }
        }
        return null;
    }
}
