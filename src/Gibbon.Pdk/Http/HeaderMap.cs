using System.Collections;

namespace Gibbon.Pdk;

/// <summary>
/// Headers by name, in order. Names are found whatever their case and whether they have <c>-</c> or <c>_</c>; those of a message that was
/// read
/// are in lower case, those of a message to be sent are as the plugin wrote them. Changing a map that was read changes no message.
/// </summary>
public sealed class HeaderMap : IReadOnlyCollection<KeyValuePair<string, HeaderValue>>
{
    readonly OrderedDictionary<string, HeaderValue> values = new(HeaderNames.Comparer);

    /// <summary>How many different names there are.</summary>
    public int Count => values.Count;

    /// <summary>Whether headers beyond the wanted number were left out.</summary>
    public bool Truncated { get; init; }

    /// <summary>The value of a header; one with <see cref="HeaderValue.Count"/> 0 if it is absent.</summary>
    /// <param name="name">The name.</param>
    public HeaderValue this[string name]
    {
        get => values.TryGetValue(name, out var value) ? value : default;
        set => values[name] = value;
    }

    /// <summary>Adds an occurrence after those that are there; also what a collection initialiser calls.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The occurrence.</param>
    public void Add(string name, string value) => values[name] = this[name].With(value);

    /// <summary>Whether a header is there.</summary>
    /// <param name="name">The name.</param>
    public bool Contains(string name) => values.ContainsKey(name);

    /// <summary>Takes a header out.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string name) => values.Remove(name);

    /// <summary>The headers in order, without allocating.</summary>
    public OrderedDictionary<string, HeaderValue>.Enumerator GetEnumerator() => values.GetEnumerator();

    IEnumerator<KeyValuePair<string, HeaderValue>> IEnumerable<KeyValuePair<string, HeaderValue>>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
