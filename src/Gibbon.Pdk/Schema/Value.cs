using System.Globalization;
using System.Runtime.CompilerServices;

namespace Gibbon.Pdk.Schemas;

/// <summary>What can be said of any untyped value (see <see cref="ValueMap"/>): equality, copies, the text Kong prints for it.</summary>
public static class Value
{
    /// <summary>A copy that shares no map and no list with <paramref name="value"/>; scalars are returned as they are.</summary>
    public static object? DeepCopy(object? value) => value switch
    {
        ValueMap map => map.DeepCopy(),
        ValueList list => list.DeepCopy(),
        _ => value,
    };

    /// <summary>
    /// Whether two values say the same: numbers by amount (1 equals 1.0), lists by order, maps whatever the order of their keys.
    /// </summary>
    public static bool DeepEquals(object? left, object? right) => (left, right) switch
    {
        (ValueMap a, ValueMap b) => a.Count == b.Count && a.All(entry => b.TryGetValue(entry.Key, out var other) && DeepEquals(entry.Value, other)),
        (ValueList a, ValueList b) => a.Count == b.Count && a.Zip(b).All(static pair => DeepEquals(pair.First, pair.Second)),
        (long a, double b) => a == b,
        (double a, long b) => a == b,
        _ => Equals(left, right),
    };

    /// <summary>Kong's notion of a value that says nothing: null, <c>""</c>, an empty list, an empty map.</summary>
    public static bool IsEmpty(object? value) => value switch
    {
        null => true,
        string text => text.Length == 0,
        ValueMap map => map.Count == 0,
        ValueList list => list.Count == 0,
        _ => false,
    };

    /// <summary>Whether the value is a reference into a vault, <c>{vault://…}</c>, whose value is known only when it is used.</summary>
    public static bool IsVaultReference(object? value) =>
        value is string text && text.Length >= 10 && text[^1] == '}' && text.StartsWith("{vault://", StringComparison.Ordinal);

    /// <summary>The text Lua's <c>tostring</c> gives for the value, with <c>null</c> for null, as Kong's messages print it.</summary>
    public static string ToText(object? value) => value switch
    {
        null => "null",
        string text => text,
        bool flag => flag ? "true" : "false",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number => LuaNumber(number),
        ValueList or ValueMap => "table: 0x" + RuntimeHelpers.GetHashCode(value).ToString("x12", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    /// <summary>The number as Lua prints it: fourteen significant digits (<c>%.14g</c>), no fraction when there is none.</summary>
    static string LuaNumber(double number)
    {
        if (double.IsNaN(number))
        {
            return "nan";
        }
        if (double.IsInfinity(number))
        {
            return number > 0 ? "inf" : "-inf";
        }
        if (number == 0 || Math.Abs(number) is >= 1e-4 and < 1e14)
        {
            var digits = number == 0 ? 0 : (int)Math.Floor(Math.Log10(Math.Abs(number)));
            return Math.Round((decimal)number, Math.Clamp(13 - digits, 0, 28)).ToString("0.##################", CultureInfo.InvariantCulture);
        }
        return number.ToString("0.#############e+00", CultureInfo.InvariantCulture);
    }
}
