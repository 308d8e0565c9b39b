using System.Globalization;

namespace Gibbon.Lua.Functions;

/// <summary>Numbers with so many significant digits, as C's <c>%.14g</c> prints them.</summary>
internal static class JsonNumber
{
    public static string Format(double number, int digits)
    {
        if (double.IsNaN(number))
        {
            return "nan";
        }

        if (double.IsInfinity(number))
        {
            return number > 0 ? "inf" : "-inf";
        }

        if (number == 0)
        {
            return double.IsNegative(number) ? "-0" : "0";
        }

        string exact = number.ToString("E" + (digits - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        int mark = exact.IndexOf('E', StringComparison.Ordinal);
        int exponent = int.Parse(exact.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        if (exponent < -4 || exponent >= digits)
        {
            return Trimmed(exact[..mark]) + (exponent < 0 ? "e-" : "e+") + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
        }

        string sign = number < 0 ? "-" : "";
        string all = exact[..mark].Replace(".", "", StringComparison.Ordinal).TrimStart('-');
        string text = exponent < 0
            ? "0." + new string('0', -exponent - 1) + all
            : all.Length > exponent + 1 ? all[..(exponent + 1)] + "." + all[(exponent + 1)..] : all.PadRight(exponent + 1, '0');
        return sign + Trimmed(text);
    }

    private static string Trimmed(string text) => text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
}
