using System.Buffers;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// Lua's patterns (Lua 5.1 manual, 5.4.1): what Kong's definitions match with. No captures are kept; back references and frontiers are known.
/// Classes know ASCII only, as in the C locale.
/// </summary>
public static class LuaPattern
{
    static readonly SearchValues<char> Magic = SearchValues.Create("^$*+?.([%-");

    /// <summary>Whether the pattern matches somewhere in the text.</summary>
    /// <exception cref="FormatException">The pattern is malformed.</exception>
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
        var match = new LuaPatternMatch(text, pattern);
        for (var start = 0; start <= text.Length; start++)
        {
            if (match.MatchesAt(start, isAnchored ? 1 : 0))
            {
                return true;
            }
            if (isAnchored)
            {
                return false;
            }
        }
        return false;
    }
}
