using System.Globalization;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>One value that a plugin adds to the log entry: remembered when it is set, checked and applied when the entry is made.</summary>
readonly record struct SerializeValue(string Key, object? Value, SerializeMode Mode)
{
    public void ApplyTo(ValueMap root)
    {
        var value = Copy(Value, new HashSet<object>(ReferenceEqualityComparer.Instance));
        var path = Split(Key);
        var map = root;
        foreach (var name in path[..^1])
        {
            if (Next(map, name) is not { } next)
                return;

            map = next;
        }

        var exists = map.Get(path[^1]) is not null;
        if (Mode == SerializeMode.Add && exists || Mode == SerializeMode.Replace && !exists)
            return;

        if (value is null && Value is not DBNull)
            map.Remove(path[^1]);
        else
            map[path[^1]] = value;
    }

    ValueMap? Next(ValueMap map, string name)
    {
        switch (map.Get(name))
        {
            case ValueMap next:
                return next;
            case ValueList list:
                return Named(map, name, list);
            case null when Mode == SerializeMode.Replace:
                return null;
            case null:
                var made = new ValueMap();
                map[name] = made;
                return made;
            case var other:
                throw new KongArgumentException(
                    $"The key '{Key}' could not be used as a serialize value. "
                    + $"Subkey '{name}' is not a table. It's {Schemas.Value.ToText(other)}");
        }
    }

    // A list with a name in it is an object, whose other names are the places.
    static ValueMap Named(ValueMap map, string name, ValueList list)
    {
        var named = new ValueMap();
        for (var i = 0; i < list.Count; i++)
            named[(i + 1).ToString(CultureInfo.InvariantCulture)] = list[i];

        map[name] = named;
        return named;
    }

    // A dot in front is a part of the first name.
    static List<string> Split(string key)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 1; i < key.Length; i++)
            if (key[i] == '.')
            {
                parts.Add(key[start..i]);
                start = i + 1;
            }

        parts.Add(key[start..]);
        return parts;
    }

    /// <summary>A copy in the value model; the entry belongs to whoever asks for it and may outlive the plugin's own object.</summary>
    static object? Copy(object? value, HashSet<object> seen)
    {
        switch (value)
        {
            case DBNull:
                return null;
            case null or bool or string or long or double:
                return value;
            case int or short or byte or sbyte or ushort or uint:
                return Convert.ToInt64(value, CultureInfo.InvariantCulture);
            case ulong or float or decimal:
                return Convert.ToDouble(value, CultureInfo.InvariantCulture);
            case Guid id:
                return id.ToString();
            case ValueMap map when seen.Add(map):
                var copy = new ValueMap(map.Count);
                foreach (var (name, item) in map)
                    copy[name] = Copy(item, seen);

                return copy;
            case ValueList list when seen.Add(list):
                var items = new ValueList(list.Count);
                foreach (var item in list)
                    items.Add(Copy(item, seen));

                return items;
            default:
                throw new KongArgumentException(
                    "value must be nil, a number, string, boolean or a non-self-referencial table containing numbers, string and booleans");
        }
    }
}
