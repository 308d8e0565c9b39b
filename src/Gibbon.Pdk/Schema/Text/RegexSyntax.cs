using System.Text.RegularExpressions;

namespace Gibbon.Pdk.Schemas;

/// <summary>Whether a text is a regular expression, and what PCRE2 would say of it when it is not.</summary>
static class RegexSyntax
{
    /// <summary>What is wrong with the expression, in PCRE2's words, or <c>null</c>.</summary>
    public static string? Error(string pattern)
    {
        try
        {
            _ = new Regex(Translate(pattern), RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return null;
        }
        catch (RegexParseException error)
        {
            var where = Math.Clamp(error.Offset, 0, pattern.Length);
            var at = where < pattern.Length && error.Error is not (RegexParseError.UnterminatedBracket or RegexParseError.InsufficientClosingParentheses)
                ? $" at \"{pattern[where..]}\""
                : "";
            return $"pcre2_compile() failed: {Text(error.Error)} in \"{pattern}\"{at}";
        }
    }

    /// <summary>PCRE's possessive quantifiers and named groups, said so that .NET accepts them; only the syntax matters here.</summary>
    static string Translate(string pattern)
    {
        var translated = pattern.Replace("(?P<", "(?<", StringComparison.Ordinal);
        foreach (var quantifier in (ReadOnlySpan<string>)["*+", "++", "?+", "}+"])
        {
            translated = translated.Replace(quantifier, quantifier[..1], StringComparison.Ordinal);
        }
        return translated;
    }

    static string Text(RegexParseError error) => error switch
    {
        RegexParseError.UnterminatedBracket => "missing terminating ] for character class",
        RegexParseError.InsufficientClosingParentheses => "missing closing parenthesis",
        RegexParseError.InsufficientOpeningParentheses => "unmatched closing parenthesis",
        RegexParseError.QuantifierAfterNothing or RegexParseError.NestedQuantifiersNotParenthesized => "quantifier does not follow a repeatable item",
        RegexParseError.ReversedQuantifierRange => "numbers out of order in {} quantifier",
        RegexParseError.ReversedCharacterRange => "range out of order in character class",
        RegexParseError.UnescapedEndingBackslash => "\\ at end of pattern",
        RegexParseError.UndefinedNumberedReference or RegexParseError.UndefinedNamedReference => "reference to non-existent subpattern",
        RegexParseError.UnrecognizedEscape => "unrecognized character follows \\",
        _ => "unrecognized character after (? or (?-",
    };
}
