using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.AwsLambda;

/// <summary>Empty arrays became empty objects on their way through Kong, and some clients rely on it (<c>empty_arrays_mode</c>).</summary>
static class EmptyArrays
{
    /// <summary>JSON with objects in the place of empty arrays; the same bytes if there are none, or if it is no JSON.</summary>
    public static byte[] ToObjects(byte[] json) =>
        ValueJson.TryRead(json, out var value, out _) && Has(value) ? ValueJson.Write(Convert(value)) : json;

    static bool Has(object? value) => value switch
    {
        ValueList { Count: 0 } => true,
        ValueList list => list.Any(Has),
        ValueMap map => map.Any(static entry => Has(entry.Value)),
        _ => false,
    };

    static object? Convert(object? value) => value switch
    {
        ValueList { Count: 0 } => new ValueMap(),
        ValueList list => new ValueList(list.Select(Convert)),
        ValueMap map => new ValueMap(map.Select(static entry => KeyValuePair.Create(entry.Key, Convert(entry.Value)))),
        _ => value,
    };
}
