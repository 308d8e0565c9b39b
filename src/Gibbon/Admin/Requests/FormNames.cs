using System.Globalization;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin.Requests;

/// <summary>
/// Makes of the flat names of forms what they stand for: <c>config.minute</c> and <c>headers[x-a]</c> are entries of maps, <c>tags[]</c> and
/// <c>paths[2]</c> elements of lists, and a plain name that comes twice is a list too.
/// </summary>
internal static class FormNames
{
    private const int DeepestName = 100;

    /// <param name="arguments">Names and values.</param>
    /// <param name="mapsInBrackets">Whether <c>a[b]</c> is an entry of a map, as in what is posted, or just a name, as in queries.</param>
    public static ValueMap Nest(IEnumerable<Argument> arguments, bool mapsInBrackets)
    {
        Branch root = new();
        foreach ((string name, object? value) in arguments)
        {
            root.Add(Path(name, mapsInBrackets), value);
        }

        return root.ToMap();
    }

    /// <summary>The steps of a name: a text is an entry of a map, a number an element of a list (from 1), 0 the next element.</summary>
    private static List<object> Path(string raw, bool mapsInBrackets)
    {
        if (raw.Length == 0 || raw[0] == '.' || raw[^1] == '.')
        {
            return [raw];
        }

        string name = raw.Replace("%5B", "[", StringComparison.OrdinalIgnoreCase).Replace("%5D", "]", StringComparison.OrdinalIgnoreCase);
        List<object> path = [];
        int start = 0;
        for (int at = 0; at < name.Length && path.Count < DeepestName; at++)
        {
            if (name[at] == '.')
            {
                AddWord(path, name[start..at]);
                start = at + 1;
            }
            else if (name[at] == '[' && at > 0 && name.IndexOf(']', at) is var end and > 0)
            {
                AddWord(path, name[start..at]);
                string inner = name[(at + 1)..end];
                object step = Step(inner);
                if (step is string && !mapsInBrackets)
                {
                    return [raw];
                }

                path.Add(step);
                at = end;
                start = end + 1;
            }
        }

        AddWord(path, name[start..]);
        return path.Count is 0 or >= DeepestName ? [raw] : path;
    }

    private static void AddWord(List<object> path, string word)
    {
        if (word.Length > 0)
        {
            path.Add(word);
        }
    }

    private static object Step(string inner) =>
        inner.Length == 0 ? 0 : int.TryParse(inner, NumberStyles.None, CultureInfo.InvariantCulture, out int place) && place > 0 ? place : inner;

    /// <summary>Entries by name and elements by place; which of them it is shows when all is read.</summary>
    private sealed class Branch
    {
        private readonly ValueMap _entries = [];
        private readonly SortedDictionary<int, object?> _elements = [];

        public void Add(List<object> path, object? value)
        {
            Branch branch = this;
            for (int i = 0; i < path.Count - 1; i++)
            {
                if (branch.Find(path[i]) is not Branch next)
                {
                    branch.Set(path[i], next = new Branch());
                }

                branch = next;
            }

            object last = path[^1];
            branch.Set(last, last is string && branch.Find(last) is { } present ? Joined(present, value) : value);
        }

        public ValueMap ToMap()
        {
            ValueMap map = new(_entries.Count);
            foreach ((string name, object? value) in _entries)
            {
                map[name] = Made(value);
            }

            foreach ((int place, object? value) in _elements)
            {
                map[place.ToString(CultureInfo.InvariantCulture)] = Made(value);
            }

            return map;
        }

        private static object? Made(object? value) => value is not Branch branch ? value
            : branch._entries.Count > 0 ? branch.ToMap()
            : new ValueList(branch._elements.Values.Select(Made));

        // A name that comes again makes a list; beside a list of its own (a=1&a[]=2) it is one more element.
        private static object Joined(object present, object? value)
        {
            switch (present)
            {
                case Branch branch:
                    branch.Set(0, value);
                    return branch;
                case ValueList list:
                    list.Add(value);
                    return list;
                default:
                    return new ValueList { present, value };
            }
        }

        private object? Find(object step) => step is string name ? _entries.Get(name) : _elements.GetValueOrDefault((int)step);

        private void Set(object step, object? value)
        {
            if (step is string name)
            {
                _entries[name] = value;
            }
            else
            {
                int place = (int)step;
                _elements[place > 0 ? place : _elements.Count == 0 ? 1 : _elements.Keys.Last() + 1] = value;
            }
        }
    }
}
