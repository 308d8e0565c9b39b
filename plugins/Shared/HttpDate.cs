using System.Globalization;

namespace Gibbon.Plugins.Shared;

/// <summary>Dates in the three forms of HTTP (RFC 9110, section 5.6.7). The day of the week is passed over, as in Kong.</summary>
static class HttpDate
{
    static readonly string[] Forms = ["d MMM yyyy HH:mm:ss", "d-MMM-yy HH:mm:ss", "MMM d HH:mm:ss yyyy"];

    /// <summary>Reads a date.</summary>
    /// <param name="text">The text.</param>
    /// <param name="seconds">Seconds since 1970.</param>
    public static bool TryRead(string? text, out long seconds)
    {
        seconds = 0;
        var day = text?.IndexOf(' ', StringComparison.Ordinal) ?? -1;
        if (day < 0)
            return false;

        var rest = text.AsSpan(day).Trim();
        if (rest.EndsWith(" GMT"))
            rest = rest[..^" GMT".Length];

        const DateTimeStyles Style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite;
        if (!DateTimeOffset.TryParseExact(rest, Forms, CultureInfo.InvariantCulture, Style, out var date))
            return false;

        seconds = date.ToUnixTimeSeconds();
        return true;
    }
}
