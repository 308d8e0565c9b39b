using Gibbon.Pdk.Schemas;
using Gibbon.Recordings;

namespace Gibbon.Pdk.Tests.Schemas;

/// <summary>What was recorded of Kong, as untyped values.</summary>
static class Conformance
{
    public static ValueMap Read(string path) => Assert.IsType<ValueMap>(ReadValue(path));

    public static ValueList ReadList(string path) => Assert.IsType<ValueList>(ReadValue(path));

    /// <summary>The value with the entries of its maps in the order of their keys, so that texts can be compared.</summary>
    public static object? Sorted(object? value) => value switch
    {
        ValueMap map => new ValueMap(map.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(static entry => KeyValuePair.Create(entry.Key, Sorted(entry.Value)))),
        ValueList list => new ValueList(list.Select(Sorted)),
        _ => value,
    };

    static object? ReadValue(string path)
    {
        Assert.True(ValueJson.TryRead(RecordedFiles.Read(path), out var value, out var error), error);
        return value;
    }
}
