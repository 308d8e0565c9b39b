namespace Gibbon.Pdk.Schemas;

sealed class ListConverter<T> : Converter<IReadOnlyList<T>>
{
    // Nearly all entities have one of a few lists of an enum: a hundred thousand routes, say, the same protocols. Such a list is kept once.
    const int MostShared = 32;

    static volatile T[][] shared = [];

    public override IReadOnlyList<T> Read(object value)
    {
        if (value is not ValueList { Count: > 0 } list)
        {
            return [];
        }
        var elements = new T[list.Count];
        for (var place = 0; place < elements.Length; place++)
        {
            elements[place] = list[place] is { } element ? Converter<T>.Instance.Read(element) : default!;
        }
        return typeof(T).IsEnum ? Shared(elements) : elements;
    }

    static T[] Shared(T[] elements)
    {
        var known = shared;
        foreach (var candidate in known)
        {
            if (candidate.AsSpan().SequenceEqual(elements, comparer: null))
            {
                return candidate;
            }
        }

        // Two at once may forget one another's list: the next that has it brings it again.
        if (known.Length < MostShared)
        {
            shared = [.. known, elements];
        }
        return elements;
    }

    public override object? Write(IReadOnlyList<T> value)
    {
        var list = new ValueList(value.Count);
        foreach (var element in value)
        {
            list.Add(element is null ? null : Converter<T>.Instance.Write(element));
        }
        return list;
    }
}

sealed class MapConverter<T> : Converter<IReadOnlyDictionary<string, T>>
{
    public override IReadOnlyDictionary<string, T> Read(object value)
    {
        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (key, entry) in value as ValueMap ?? [])
        {
            map.Add(key, entry is null ? default! : Converter<T>.Instance.Read(entry));
        }
        return map;
    }

    public override object? Write(IReadOnlyDictionary<string, T> value)
    {
        var map = new ValueMap(value.Count);
        foreach (var (key, entry) in value)
        {
            map.Add(key, entry is null ? null : Converter<T>.Instance.Write(entry));
        }
        return map;
    }
}
