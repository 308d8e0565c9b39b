using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// Lua's patterns (Lua 5.1 manual, 5.4.1): what Kong's definitions match with, and what expressions in configurations may use. Classes know ASCII only, as in the C locale.
/// A search that takes too many steps is given up.
/// </summary>
public static class LuaPattern
{
    static readonly SearchValues<char> Magic = SearchValues.Create("^$*+?.([%-");

    /// <summary>Whether the pattern matches somewhere in the text.</summary>
    /// <exception cref="FormatException">The pattern is malformed, or too complex for the text.</exception>
    public static bool IsMatch(string text, string pattern)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(pattern);
        var isAnchored = pattern.StartsWith('^');
        var literal = isAnchored ? pattern.AsSpan(1) : pattern;
        if (!literal.ContainsAny(Magic))
        {
            return isAnchored ? text.AsSpan().StartsWith(literal) : text.AsSpan().Contains(literal, StringComparison.Ordinal);
        }
        return Find(text, pattern) is not null;
    }

    /// <summary>The first place where the pattern matches; <c>null</c> when there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="start">Where to begin, counted from 0; behind the end nothing matches.</param>
    /// <exception cref="FormatException">The pattern is malformed, or too complex for the text.</exception>
    public static LuaMatch? Find(string text, string pattern, int start = 0)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(pattern);
        var isAnchored = pattern.StartsWith('^');
        var match = new LuaPatternMatch(text, pattern);
        for (var at = Math.Max(start, 0); at <= text.Length; at++)
        {
            if (match.EndFrom(at, isAnchored ? 1 : 0) is >= 0 and var end)
            {
                return new LuaMatch(at, end - at, match.Capture(0, at, end));
            }
            if (isAnchored)
            {
                break;
            }
        }
        return null;
    }

    /// <summary>The text with what matches replaced.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="replacement">What stands there instead: <c>%0</c> is the match, <c>%1</c> to <c>%9</c> its captures, <c>%%</c> a percent sign.</param>
    /// <param name="most">How many matches are replaced at most.</param>
    /// <exception cref="FormatException">The pattern is malformed, or too complex for the text.</exception>
    public static string Replace(string text, string pattern, string replacement, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(replacement);
        var isAnchored = pattern.StartsWith('^');
        var match = new LuaPatternMatch(text, pattern);
        var output = new StringBuilder();
        var at = 0;
        while (most > 0)
        {
            var end = match.EndFrom(at, isAnchored ? 1 : 0);
            if (end >= 0)
            {
                Put(output, replacement, ref match, at, end);
                most--;
            }
            if (end > at)
            {
                at = end;
            }
            else if (at < text.Length)
            {
                output.Append(text[at++]);
            }
            else
            {
                break;
            }
            if (isAnchored)
            {
                break;
            }
        }
        return output.Append(text, at, text.Length - at).ToString();
    }

    static void Put(StringBuilder output, string replacement, ref LuaPatternMatch match, int start, int end)
    {
        for (var place = 0; place < replacement.Length; place++)
        {
            if (replacement[place] != '%' || place + 1 == replacement.Length)
            {
                output.Append(replacement[place]);
                continue;
            }
            var named = replacement[++place];
            if (char.IsAsciiDigit(named))
            {
                output.Append(CultureInfo.InvariantCulture, $"{(named == '0' ? match.Whole(start, end) : match.Capture(named - '1', start, end))}");
            }
            else
            {
                output.Append(named);
            }
        }
    }
}

/// <summary>Where a pattern of Lua has matched.</summary>
/// <param name="Start">The place of its first character, counted from 0.</param>
/// <param name="Length">How many characters.</param>
/// <param name="First">The first capture, a <see cref="string"/>, or where <c>()</c> asks for a place a <see cref="long"/> counted from 1; all that matched if the pattern captures nothing.</param>
public readonly record struct LuaMatch(int Start, int Length, object First);
