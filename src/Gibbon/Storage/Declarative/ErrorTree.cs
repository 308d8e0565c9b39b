using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>Errors in the shape of the file: the lists of entities have nulls where an entity is good.</summary>
internal sealed class ErrorTree
{
    readonly Dictionary<DeclarativeItem, ValueMap> places = [];

    public ValueMap Root { get; } = [];

    public bool IsEmpty => Root.Count == 0;

    /// <summary>Notes an error of one field of an item, or of the document.</summary>
    public void Add(DeclarativeItem? item, string field, object error) => At(item)[field] = error;

    /// <summary>Notes the errors of an item.</summary>
    public void Add(DeclarativeItem item, ValueMap errors)
    {
        var place = At(item);
        foreach (var (field, error) in errors)
        {
            place[field] = error;
        }
    }

    /// <summary>Notes that a list has an element that is no entity at all.</summary>
    public void AddElement(DeclarativeItem? parent, string list, int index, string error) => ListOf(At(parent), list, index)[index] = error;

    ValueMap At(DeclarativeItem? item)
    {
        if (item is null)
        {
            return Root;
        }
        if (!places.TryGetValue(item, out var place))
        {
            place = [];
            places.Add(item, place);
            ListOf(At(item.Parent), item.Schema.Name, item.Index)[item.Index] = place;
        }
        return place;
    }

    static ValueList ListOf(ValueMap place, string name, int index)
    {
        if (place.Get(name) is not ValueList list)
        {
            place[name] = list = [];
        }
        while (list.Count <= index)
        {
            list.Add(null);
        }
        return list;
    }

    /// <summary>
    /// Lays over a tree the errors of another that say "value must be null". They come from the attempt in which references are still names;
    /// the second attempt, whose errors are otherwise the ones told, cannot know them.
    /// </summary>
    public static ValueMap WithNullErrors(ValueMap errors, ValueMap others)
    {
        foreach (var (key, other) in others)
        {
            errors[key] = Laid(errors.Get(key), other);
            if (errors[key] is null)
            {
                errors.Remove(key);
            }
        }
        return errors;
    }

    static object? Laid(object? error, object? other)
    {
        switch (other)
        {
            case "value must be null":
                return other;
            case ValueMap map:
                var merged = WithNullErrors(error as ValueMap ?? [], map);
                return error is ValueMap || merged.Count > 0 ? merged : error;
            case ValueList list:
                return LaidList(error, list);
            default:
                return error;
        }
    }

    static object? LaidList(object? error, ValueList others)
    {
        var merged = error as ValueList ?? [];
        for (var i = 0; i < others.Count; i++)
        {
            if (Laid(i < merged.Count ? merged[i] : null, others[i]) is { } laid)
            {
                while (merged.Count <= i)
                {
                    merged.Add(null);
                }
                merged[i] = laid;
            }
        }
        return error is ValueList || merged.Count > 0 ? merged : error;
    }
}
