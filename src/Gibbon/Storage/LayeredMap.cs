using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Gibbon.Storage;

/// <summary>
/// An immutable map that is cheap to make whole and cheap to change a little: a plain dictionary that is never written to again, and over
/// it the few entries that have changed since. When they have become many, the next version is made whole.
/// </summary>
internal sealed class LayeredMap<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    const int AlwaysAllowed = 64;

    readonly Dictionary<TKey, TValue> whole;
    readonly ImmutableDictionary<TKey, TValue?> changed;

    LayeredMap(Dictionary<TKey, TValue> whole, ImmutableDictionary<TKey, TValue?> changed, int count)
    {
        this.whole = whole;
        this.changed = changed;
        Count = count;
    }

    public static LayeredMap<TKey, TValue> Empty { get; } = new([], ImmutableDictionary<TKey, TValue?>.Empty, 0);

    public int Count { get; }

    public IEnumerable<TValue> Values
    {
        get
        {
            if (changed.IsEmpty)
            {
                return whole.Values;
            }
            return whole.Where(entry => !changed.ContainsKey(entry.Key)).Select(static entry => entry.Value)
                .Concat(changed.Values.Where(static value => value is not null).Select(static value => value!));
        }
    }

    /// <summary>The map of these entries; takes the dictionary over.</summary>
    public static LayeredMap<TKey, TValue> Of(Dictionary<TKey, TValue> entries) => new(entries, ImmutableDictionary<TKey, TValue?>.Empty, entries.Count);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!changed.IsEmpty && changed.TryGetValue(key, out var change))
        {
            value = change;
            return change is not null;
        }
        return whole.TryGetValue(key, out value);
    }

    /// <summary>This map with entries set, and with those removed whose new value is null.</summary>
    public LayeredMap<TKey, TValue> With(Dictionary<TKey, TValue?> changes)
    {
        if (changes.Count == 0)
        {
            return this;
        }
        return changes.Count + changed.Count > AlwaysAllowed + (whole.Count / 8) ? Rebuilt(changes) : Overlaid(changes);
    }

    LayeredMap<TKey, TValue> Overlaid(Dictionary<TKey, TValue?> changes)
    {
        var count = Count;
        var builder = changed.ToBuilder();
        foreach (var (key, value) in changes)
        {
            count += (value is null ? 0 : 1) - (TryGet(key, out _) ? 1 : 0);
            builder[key] = value;
        }
        return new(whole, builder.ToImmutable(), count);
    }

    LayeredMap<TKey, TValue> Rebuilt(Dictionary<TKey, TValue?> changes)
    {
        var entries = new Dictionary<TKey, TValue>(whole, whole.Comparer);
        foreach (var (key, value) in changed.Concat(changes))
        {
            if (value is null)
            {
                entries.Remove(key);
            }
            else
            {
                entries[key] = value;
            }
        }
        return Of(entries);
    }
}
