using System.Text.RegularExpressions;

namespace Gibbon.Plugins.Shared;

/// <summary>
/// Regular expressions from configurations. They are written for PCRE and meet texts that clients choose, so they run in linear time where
/// they can, and for a tenth of a second at most where they cannot (back references, look-around).
/// </summary>
static class Pattern
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <summary>Compiles an expression.</summary>
    /// <param name="expression">The expression, in PCRE's syntax.</param>
    /// <exception cref="RegexParseException">It is none.</exception>
    public static Regex Compile(string expression)
    {
        var translated = Translate(expression);
        try
        {
            return new Regex(translated, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new Regex(translated, RegexOptions.CultureInvariant, Patience);
        }
    }

    /// <summary>Whether an expression matches; one that takes too long does not.</summary>
    public static bool Matches(Regex regex, string text)
    {
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>.NET spells named groups otherwise and has no possessive quantifiers; the plain ones match no less.</summary>
    static string Translate(string expression) => expression
        .Replace("(?P<", "(?<", StringComparison.Ordinal)
        .Replace("*+", "*", StringComparison.Ordinal)
        .Replace("++", "+", StringComparison.Ordinal)
        .Replace("?+", "?", StringComparison.Ordinal)
        .Replace("}+", "}", StringComparison.Ordinal);
}
