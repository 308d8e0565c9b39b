using System.Diagnostics.CodeAnalysis;

namespace Gibbon.Pdk;

/// <summary>Values by name, for the length of one request. Reading a name that was never set gives <c>null</c>, as in Lua.</summary>
public sealed class ContextData
{
    readonly Dictionary<string, object?> values = new(StringComparer.Ordinal);

    /// <summary>How many names have a value.</summary>
    public int Count => values.Count;

    /// <summary>The names and their values.</summary>
    public IReadOnlyDictionary<string, object?> Values => values;

    /// <summary>The value of a name; <c>null</c> if it has none. Setting <c>null</c> removes the name.</summary>
    /// <param name="name">The name; upper and lower case differ.</param>
    public object? this[string name]
    {
        get => values.GetValueOrDefault(name);
        set
        {
            if (value is null)
                values.Remove(name);
            else
                values[name] = value;
        }
    }

    /// <summary>The value of a name, if it has one of the wanted type.</summary>
    /// <typeparam name="T">The wanted type.</typeparam>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    public bool TryGet<T>(string name, [NotNullWhen(true)] out T? value)
    {
        if (values.TryGetValue(name, out var found) && found is T typed)
        {
            value = typed;
            return true;
        }

        value = default;
        return false;
    }
}
