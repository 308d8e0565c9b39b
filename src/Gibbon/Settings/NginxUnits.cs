using System.Globalization;

namespace Gibbon.Settings;

/// <summary>Sizes (<c>8k</c>) and times (<c>1h30m</c>) as nginx writes them.</summary>
internal static class NginxUnits
{
    /// <returns>Bytes, or null for what is no size.</returns>
    public static long? Size(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return null;
        var shift = char.ToLowerInvariant(text[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, _ => 0 };
        var digits = shift == 0 ? text : text[..^1];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > long.MaxValue >> shift)
            return null;
        return number << shift;
    }

    /// <returns>Null for what is no time; a bare number is in seconds.</returns>
    public static TimeSpan? Time(ReadOnlySpan<char> text)
    {
        var total = TimeSpan.Zero;
        if (text.Trim().IsEmpty)
            return null;
        while (!(text = text.TrimStart()).IsEmpty)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length;
            if (!int.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            text = text[digits..];
            var letters = text.IndexOfAnyInRange('0', '9') is var next and >= 0 ? next : text.Length;
            if (Unit(text[..letters].Trim()) is not { } unit)
                return null;
            total += number * unit;
            text = text[letters..];
        }

        return total;
    }

    private static TimeSpan? Unit(ReadOnlySpan<char> letters) => letters switch
    {
        "ms" => TimeSpan.FromMilliseconds(1),
        "" or "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        "d" => TimeSpan.FromDays(1),
        "w" => TimeSpan.FromDays(7),
        "M" => TimeSpan.FromDays(30),
        "y" => TimeSpan.FromDays(365),
        _ => null,
    };
}
