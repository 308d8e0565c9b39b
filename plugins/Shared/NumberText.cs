using System.Globalization;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Shared;

/// <summary>Numbers as texts, as Lua writes them. Texts of the numbers that occur in most answers are made once.</summary>
static class NumberText
{
    // Beyond it Lua writes an exponent.
    const double LargestWhole = 99_999_999_999_999;

    static readonly string?[] Known = new string?[4096];

    /// <summary>The text of a number: <c>5</c> for 5.0.</summary>
    public static string Of(double number)
    {
        if (number is < 0 or > LargestWhole || Math.Floor(number) != number)
            return Value.ToText(number);

        var whole = (long)number;
        return whole < Known.Length ? Known[whole] ??= Text(whole) : Text(whole);
    }

    static string Text(long whole) => whole.ToString(CultureInfo.InvariantCulture);
}
