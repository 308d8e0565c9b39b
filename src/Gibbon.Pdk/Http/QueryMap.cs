using System.Collections;

namespace Gibbon.Pdk;

/// <summary>Decoded query or form arguments by name, in order. Upper and lower case of names differ.</summary>
public sealed class QueryMap : IReadOnlyCollection<KeyValuePair<string, QueryValue>>
{
    readonly OrderedDictionary<string, QueryValue> values = new(StringComparer.Ordinal);

    /// <summary>How many different names there are.</summary>
    public int Count => values.Count;

    /// <summary>Whether arguments beyond the wanted number were left out: Lua's second result <c>"truncated"</c>.</summary>
    public bool Truncated { get; internal set; }

    /// <summary>The value of an argument; one that does not <see cref="QueryValue.Exists">exist</see> if it is absent.</summary>
    /// <param name="name">The name.</param>
    public QueryValue this[string name]
    {
        get => values.TryGetValue(name, out var value) ? value : default;
        set => values[name] = value;
    }

    /// <summary>Adds an occurrence after those that are there; also what a collection initialiser calls.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The occurrence; <c>null</c> is a flag.</param>
    public void Add(string name, string? value) => values[name] = this[name].With(value);

    /// <summary>Takes an argument out.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string name) => values.Remove(name);

    /// <summary>The arguments in order, without allocating.</summary>
    public OrderedDictionary<string, QueryValue>.Enumerator GetEnumerator() => values.GetEnumerator();

    IEnumerator<KeyValuePair<string, QueryValue>> IEnumerable<KeyValuePair<string, QueryValue>>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
