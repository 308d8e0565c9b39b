using System.Globalization;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Declarative;

/// <summary>Errors of which some stand at a place in a list and some under a name. A list with both becomes a map.</summary>
internal sealed class SortedErrors
{
    readonly SortedDictionary<string, Section> sections = new(StringComparer.Ordinal);

    /// <summary>An error at a place: of a top-level list, or of a list within an element of one.</summary>
    public void AddAt(DeclarativeItem? parent, string list, int index, string error)
    {
        if (parent is null)
        {
            SectionOf(list).Places[index] = error;
            return;
        }
        var places = SectionOf(parent.Schema.Name).Places;
        if (!places.TryGetValue(parent.Index, out var inner) || inner is not ValueMap map)
        {
            places[parent.Index] = map = [];
        }
        var errors = map.GetList(list) ?? [];
        Put(errors, index, error);
        map[list] = errors;
    }

    /// <summary>One more error of the entity with that name.</summary>
    public void AddTo(string list, string name, string error)
    {
        var names = SectionOf(list).Names;
        if (names.Get(name) is ValueList errors)
        {
            errors.Add(error);
        }
        else
        {
            names[name] = new ValueList { error };
        }
    }

    public ValueMap? ToMap()
    {
        var map = new ValueMap();
        foreach (var (name, section) in sections)
        {
            map[name] = section.ToValue();
        }
        return map.Count == 0 ? null : map;
    }

    Section SectionOf(string name)
    {
        if (!sections.TryGetValue(name, out var section))
        {
            sections.Add(name, section = new Section());
        }
        return section;
    }

    static void Put(ValueList list, int index, object error)
    {
        while (list.Count <= index)
        {
            list.Add(null);
        }
        list[index] = error;
    }

    sealed class Section
    {
        public SortedDictionary<int, object> Places { get; } = [];

        public ValueMap Names { get; } = [];

        public object ToValue()
        {
            if (Names.Count == 0)
            {
                var list = new ValueList();
                foreach (var (index, error) in Places)
                {
                    Put(list, index, error);
                }
                return list;
            }
            foreach (var (index, error) in Places)
            {
                Names[(index + 1).ToString(CultureInfo.InvariantCulture)] = error;
            }
            return Names;
        }
    }
}
