namespace Gibbon.Pdk.Schemas;

/// <summary>An untyped list: a JSON array, a YAML sequence, a Lua sequence. Its values are those of a <see cref="ValueMap"/>.</summary>
public sealed class ValueList : List<object?>
{
    /// <summary>An empty list.</summary>
    public ValueList()
    {
    }

    /// <summary>An empty list with room for <paramref name="capacity"/> values.</summary>
    public ValueList(int capacity) : base(capacity)
    {
    }

    /// <summary>A list of the given values, which are shared, not copied.</summary>
    public ValueList(IEnumerable<object?> values) : base(values)
    {
    }

    /// <summary>A copy that shares no map and no list with this one.</summary>
    public ValueList DeepCopy()
    {
        var copy = new ValueList(Count);
        foreach (var value in this)
        {
            copy.Add(Value.DeepCopy(value));
        }
        return copy;
    }
}
