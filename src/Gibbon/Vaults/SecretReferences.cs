using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Vaults;

/// <summary>
/// Puts secrets in the place of references. What cannot be resolved becomes an empty text, as in Kong, and is told: the rest of a configuration
/// works, and no request sees a reference.
/// </summary>
/// <param name="vaults">The vaults.</param>
internal sealed class SecretReferences(SecretVaults vaults)
{
    private readonly List<string> _problems = [];

    /// <summary>What could not be resolved, and why.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Whether there is a reference anywhere in a value.</summary>
    public static bool IsIn(object? value) => value switch
    {
        string text => ReferenceParser.IsReference(text),
        ValueMap map => map.Any(static entry => IsIn(entry.Value)),
        ValueList list => list.Any(IsIn),
        _ => false,
    };

    /// <summary>A text or the secret it refers to.</summary>
    public string? Resolve(string? text)
    {
        if (!vaults.Resolves || !ReferenceParser.IsReference(text))
        {
            return text;
        }

        Result<string> secret = vaults.Get(text!);
        if (secret.IsOk)
        {
            return secret.Value;
        }

        _problems.Add($"unable to resolve reference {text} ({secret.Error})");
        return "";
    }

    /// <summary>A configuration with the secrets in the fields that may have references; the same object if there are none.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="schema">Its schema; null for one that nobody has described: a reference anywhere is one then.</param>
    public ValueMap Resolve(ValueMap config, RecordSchema? schema)
    {
        if (!vaults.Resolves || !IsIn(config))
        {
            return config;
        }

        return schema is null ? (ValueMap)ResolveAll(config)! : Record(config, schema);
    }

    private object? ResolveAll(object? value) => value switch
    {
        string text => Resolve(text),
        ValueMap map => new ValueMap(map.Select(entry => KeyValuePair.Create(entry.Key, ResolveAll(entry.Value)))),
        ValueList list => new ValueList(list.Select(ResolveAll)),
        _ => value,
    };

    private ValueMap Record(ValueMap map, RecordSchema schema) => new(map.Select(entry =>
        KeyValuePair.Create(entry.Key, schema.Find(entry.Key) is { } field ? Field(entry.Value, field) : entry.Value)));

    private object? Field(object? value, Field field) => value switch
    {
        string text => field.Referenceable ? Resolve(text) : text,
        ValueMap map when field.Record is { } record => Record(map, record),
        ValueMap map when field.Values is { } values => new ValueMap(map.Select(entry => KeyValuePair.Create(entry.Key, Field(entry.Value, values)))),
        ValueList list when field.Elements is { } elements => new ValueList(list.Select(item => Field(item, elements))),
        _ => value,
    };
}
