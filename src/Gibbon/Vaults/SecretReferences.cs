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
    // A configuration waits this long for secrets that are asked for the first time; who comes later is put in when it comes.
    private static readonly TimeSpan s_wait = TimeSpan.FromSeconds(5);

    private readonly List<string> _problems = [];
    private readonly List<Task> _awaited = [];

    /// <summary>Whether references are resolved here.</summary>
    public bool Resolves => vaults.Resolves;

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

    /// <summary>Has a secret fetched that <see cref="Resolve(string?)"/> will be asked for.</summary>
    public string? Begin(string? text)
    {
        if (vaults.Resolves && ReferenceParser.IsReference(text) && vaults.Begin(text!) is { IsCompleted: false } answer)
        {
            _awaited.Add(answer);
        }

        return text;
    }

    /// <summary>Has the secrets fetched that <see cref="Resolve(ValueMap, RecordSchema?)"/> will be asked for.</summary>
    public void Begin(ValueMap config, RecordSchema? schema)
    {
        if (vaults.Resolves && IsIn(config))
        {
            Replace(config, schema, Begin);
        }
    }

    /// <summary>Waits for all that was begun, but not for long: one vault that does not answer must not hold up everything else.</summary>
    public void Wait()
    {
        if (_awaited.Count > 0)
        {
            Task.WaitAny([Task.WhenAll(_awaited)], s_wait);
            _awaited.Clear();
        }
    }

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

        return Replace(config, schema, Resolve);
    }

    private static ValueMap Replace(ValueMap config, RecordSchema? schema, Func<string?, string?> replace) =>
        schema is null ? (ValueMap)All(config, replace)! : Record(config, schema, replace);

    private static object? All(object? value, Func<string?, string?> replace) => value switch
    {
        string text => replace(text),
        ValueMap map => new ValueMap(map.Select(entry => KeyValuePair.Create(entry.Key, All(entry.Value, replace)))),
        ValueList list => new ValueList(list.Select(item => All(item, replace))),
        _ => value,
    };

    private static ValueMap Record(ValueMap map, RecordSchema schema, Func<string?, string?> replace) => new(map.Select(entry =>
        KeyValuePair.Create(entry.Key, schema.Find(entry.Key) is { } field ? Field(entry.Value, field, replace) : entry.Value)));

    private static object? Field(object? value, Field field, Func<string?, string?> replace) => value switch
    {
        string text => field.Referenceable ? replace(text) : text,
        ValueMap map when field.Record is { } record => Record(map, record, replace),
        ValueMap map when field.Values is { } values => new ValueMap(map.Select(entry => KeyValuePair.Create(entry.Key, Field(entry.Value, values, replace)))),
        ValueList list when field.Elements is { } elements => new ValueList(list.Select(item => Field(item, elements, replace))),
        _ => value,
    };
}
