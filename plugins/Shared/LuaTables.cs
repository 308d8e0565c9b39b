using System.Globalization;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Shared;

/// <summary>What Kong does with objects because in Lua they are tables.</summary>
static class LuaTables
{
    /// <summary>Appends to an object, as one appends to a list: under the first number that is free.</summary>
    /// <param name="map">The object, which is changed.</param>
    /// <param name="value">The value.</param>
    /// <returns>The object.</returns>
    public static ValueMap Append(ValueMap map, object? value)
    {
        var number = 1;
        while (map.ContainsKey(number.ToString(CultureInfo.InvariantCulture)))
            number++;

        map[number.ToString(CultureInfo.InvariantCulture)] = value;
        return map;
    }
}
