namespace Gibbon.Pdk.Schemas;

/// <summary>
/// An untyped object in the order in which it was written: a JSON object, a YAML mapping, a Lua table with string keys.
/// Values are <c>null</c> (said to be null; a key that is absent is <em>missing</em>, which is another thing), <see cref="bool"/>,
/// <see cref="long"/> (every number without a fraction that fits), <see cref="double"/>, <see cref="string"/>,
/// <see cref="ValueList"/> and <see cref="ValueMap"/>.
/// </summary>
public sealed class ValueMap : OrderedDictionary<string, object?>
{
    /// <summary>An empty map.</summary>
    public ValueMap() : base(StringComparer.Ordinal)
    {
    }

    /// <summary>An empty map with room for <paramref name="capacity"/> entries.</summary>
    public ValueMap(int capacity) : base(capacity, StringComparer.Ordinal)
    {
    }

    /// <summary>A map with the entries of <paramref name="entries"/>, in their order; the values themselves are shared, not copied.</summary>
    public ValueMap(IEnumerable<KeyValuePair<string, object?>> entries) : base(entries, StringComparer.Ordinal)
    {
    }

    /// <summary>The value under <paramref name="key"/>, or <c>null</c> when it is null or missing.</summary>
    public object? Get(string key) => TryGetValue(key, out var value) ? value : null;

    /// <summary>The string under <paramref name="key"/>, or <c>null</c> when there is none or it is not a string.</summary>
    public string? GetString(string key) => Get(key) as string;

    /// <summary>The map under <paramref name="key"/>, or <c>null</c> when there is none or it is not a map.</summary>
    public ValueMap? GetMap(string key) => Get(key) as ValueMap;

    /// <summary>The list under <paramref name="key"/>, or <c>null</c> when there is none or it is not a list.</summary>
    public ValueList? GetList(string key) => Get(key) as ValueList;

    /// <summary>A copy that shares no map and no list with this one.</summary>
    public ValueMap DeepCopy()
    {
        var copy = new ValueMap(Count);
        foreach (var (key, value) in this)
        {
            copy.Add(key, Value.DeepCopy(value));
        }
        return copy;
    }
}
