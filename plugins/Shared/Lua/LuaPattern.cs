using System.Globalization;
using System.Text;

namespace Gibbon.Plugins.Shared.Lua;

/// <summary>Lua's patterns (section 5.4.1 of its manual). Each character is a byte. A search that does not end is given up.</summary>
ref struct LuaPattern
{
    const int MaxCaptures = 32;
    const int MaxDepth = 200;
    const int MaxSteps = 1_000_000;
    const int Unfinished = -1;
    const int Position = -2;

    readonly ReadOnlySpan<char> text;
    readonly ReadOnlySpan<char> pattern;
    readonly Span<(int Start, int Length)> captures;
    int count;
    int depth;
    int steps;

    LuaPattern(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern, Span<(int Start, int Length)> captures)
    {
        this.text = text;
        this.pattern = pattern;
        this.captures = captures;
    }

    /// <summary>Where a pattern, or a plain text, is found first: the place of its first byte; <c>null</c> if it is not there.</summary>
    public static object? Find(string text, string pattern, int from, bool isPlain)
    {
        if (!isPlain)
            return Search(text, pattern, from, static (ref LuaPattern _, int start, int _) => (double)(start + 1));

        var start = Start(text, from);
        var at = start > text.Length ? -1 : text.IndexOf(pattern, start, StringComparison.Ordinal);
        return at < 0 ? null : (double)(at + 1);
    }

    /// <summary>What a pattern matches first: its first capture, or all of it; <c>null</c> if it matches nothing.</summary>
    public static object? Match(string text, string pattern, int from) =>
        Search(text, pattern, from, static (ref LuaPattern found, int start, int end) => found.Capture(0, start, end));

    /// <summary>The text with what matches replaced, <c>%1</c> being the first capture.</summary>
    public static string Replace(string text, string pattern, string replacement, int most)
    {
        Span<(int, int)> captures = stackalloc (int, int)[MaxCaptures];
        var isAnchored = pattern.StartsWith('^');
        var search = new LuaPattern(text, pattern.AsSpan(isAnchored ? 1 : 0), captures);
        var output = new StringBuilder();
        var at = 0;
        while (most > 0)
        {
            search.count = 0;
            var end = search.Do(at, 0);
            if (end >= 0)
            {
                search.Put(output, replacement, at, end);
                most--;
            }

            if (end > at)
                at = end;
            else if (at < text.Length)
                output.Append(text[at++]);
            else
                break;

            if (isAnchored)
                break;
        }

        return at < text.Length ? output.Append(text, at, text.Length - at).ToString() : output.ToString();
    }

    delegate object? Result(ref LuaPattern found, int start, int end);

    static object? Search(string text, string pattern, int from, Result result)
    {
        Span<(int, int)> captures = stackalloc (int, int)[MaxCaptures];
        var isAnchored = pattern.StartsWith('^');
        var search = new LuaPattern(text, pattern.AsSpan(isAnchored ? 1 : 0), captures);
        for (var start = Start(text, from); start <= text.Length; start++)
        {
            search.count = 0;
            var end = search.Do(start, 0);
            if (end >= 0)
                return result(ref search, start, end);

            if (isAnchored)
                break;
        }

        return null;
    }

    static int Start(string text, int from) => from > 0 ? from - 1 : from < 0 ? Math.Max(text.Length + from, 0) : 0;

    void Put(StringBuilder output, string replacement, int start, int end)
    {
        for (var i = 0; i < replacement.Length; i++)
        {
            if (replacement[i] != '%' || ++i == replacement.Length)
                output.Append(replacement[Math.Min(i, replacement.Length - 1)]);
            else if (!char.IsAsciiDigit(replacement[i]))
                output.Append(replacement[i]);
            else if (replacement[i] == '0')
                output.Append(text[start..end]);
            else
                output.Append(LuaValue.ToText(Capture(replacement[i] - '1', start, end)));
        }
    }

    readonly object Capture(int index, int start, int end)
    {
        if (index >= count)
            return index == 0 ? text[start..end].ToString() : throw new LuaException("invalid capture index");

        var (from, length) = captures[index];
        return length switch
        {
            Position => (double)(from + 1),
            Unfinished => throw new LuaException("unfinished capture"),
            _ => text.Slice(from, length).ToString(),
        };
    }

    // The end of what the pattern from p on matches at s; -1 if it does not.
    int Do(int s, int p)
    {
        if (++steps > MaxSteps || ++depth > MaxDepth)
            throw new LuaException("pattern too complex");

        var end = Item(s, p);
        depth--;
        return end;
    }

    int Item(int s, int p)
    {
        while (p < pattern.Length)
        {
            switch (pattern[p])
            {
                case '(':
                    return p + 1 < pattern.Length && pattern[p + 1] == ')' ? Open(s, p + 2, Position) : Open(s, p + 1, Unfinished);
                case ')':
                    return Close(s, p + 1);
                case '$' when p + 1 == pattern.Length:
                    return s == text.Length ? s : -1;
                case '%' when p + 1 < pattern.Length && pattern[p + 1] == 'b':
                    s = Balanced(s, p + 2);
                    if (s < 0)
                        return -1;

                    p += 4;
                    continue;
                case '%' when p + 1 < pattern.Length && pattern[p + 1] == 'f':
                    var set = p + 2;
                    if (set >= pattern.Length || pattern[set] != '[')
                        throw new LuaException("missing '[' after '%f' in pattern");

                    p = ClassEnd(set);
                    if (Fits(s == 0 ? '\0' : text[s - 1], set, p) || !Fits(s < text.Length ? text[s] : '\0', set, p))
                        return -1;

                    continue;
                case '%' when p + 1 < pattern.Length && char.IsAsciiDigit(pattern[p + 1]):
                    s = Again(s, pattern[p + 1] - '1');
                    if (s < 0)
                        return -1;

                    p += 2;
                    continue;
            }

            var end = ClassEnd(p);
            switch (end < pattern.Length ? pattern[end] : '\0')
            {
                case '?':
                    if (Single(s, p, end) && Do(s + 1, end + 1) is >= 0 and var rest)
                        return rest;

                    p = end + 1;
                    continue;
                case '*':
                    return Greedy(s, s, p, end);
                case '+':
                    return Single(s, p, end) ? Greedy(s, s + 1, p, end) : -1;
                case '-':
                    return Lazy(s, p, end);
                default:
                    if (!Single(s, p, end))
                        return -1;

                    s++;
                    p = end;
                    continue;
            }
        }

        return s;
    }

    int Greedy(int s, int least, int p, int end)
    {
        var most = s;
        while (Single(most, p, end))
            most++;

        for (; most >= least; most--)
            if (Do(most, end + 1) is >= 0 and var found)
                return found;

        return -1;
    }

    int Lazy(int s, int p, int end)
    {
        for (; ; s++)
        {
            if (Do(s, end + 1) is >= 0 and var found)
                return found;

            if (!Single(s, p, end))
                return -1;
        }
    }

    int Open(int s, int p, int length)
    {
        if (count >= MaxCaptures)
            throw new LuaException("too many captures");

        captures[count++] = (s, length);
        var end = Do(s, p);
        if (end < 0)
            count--;

        return end;
    }

    int Close(int s, int p)
    {
        var open = count - 1;
        while (open >= 0 && captures[open].Length != Unfinished)
            open--;

        if (open < 0)
            throw new LuaException("invalid pattern capture");

        captures[open].Length = s - captures[open].Start;
        var end = Do(s, p);
        if (end < 0)
            captures[open].Length = Unfinished;

        return end;
    }

    readonly int Balanced(int s, int p)
    {
        if (p + 1 >= pattern.Length)
            throw new LuaException("unbalanced pattern");

        if (s >= text.Length || text[s] != pattern[p])
            return -1;

        var open = 1;
        for (var i = s + 1; i < text.Length; i++)
        {
            if (text[i] == pattern[p + 1])
            {
                if (--open == 0)
                    return i + 1;
            }
            else if (text[i] == pattern[p])
            {
                open++;
            }
        }

        return -1;
    }

    readonly int Again(int s, int index)
    {
        if (index < 0 || index >= count || captures[index].Length < 0)
            throw new LuaException("invalid capture index");

        var before = text.Slice(captures[index].Start, captures[index].Length);
        return text[s..].StartsWith(before) ? s + before.Length : -1;
    }

    readonly int ClassEnd(int p)
    {
        if (pattern[p] == '%')
            return p + 1 < pattern.Length ? p + 2 : throw new LuaException("malformed pattern (ends with '%')");

        if (pattern[p++] != '[')
            return p;

        if (p < pattern.Length && pattern[p] == '^')
            p++;

        do
        {
            if (p >= pattern.Length)
                throw new LuaException("malformed pattern (missing ']')");

            p += pattern[p] == '%' ? 2 : 1;
        }
        while (p >= pattern.Length || pattern[p] != ']');

        return p + 1;
    }

    bool Single(int s, int p, int end)
    {
        if (++steps > MaxSteps)
            throw new LuaException("pattern too complex");

        return s < text.Length && Fits(text[s], p, end);
    }

    readonly bool Fits(char c, int p, int end) => pattern[p] switch
    {
        '.' => true,
        '%' => IsIn(c, pattern[p + 1]),
        '[' => IsInSet(c, p + 1, end - 1),
        var other => other == c,
    };

    readonly bool IsInSet(char c, int p, int end)
    {
        var isIn = pattern[p] != '^';
        if (!isIn)
            p++;

        while (p < end)
        {
            if (pattern[p] == '%' && p + 1 < end)
            {
                if (IsIn(c, pattern[p + 1]))
                    return isIn;

                p += 2;
            }
            else if (p + 2 < end && pattern[p + 1] == '-')
            {
                if (pattern[p] <= c && c <= pattern[p + 2])
                    return isIn;

                p += 3;
            }
            else if (pattern[p++] == c)
            {
                return isIn;
            }
        }

        return !isIn;
    }

    static bool IsIn(char c, char kind)
    {
        bool isIn;
        switch (char.ToLower(kind, CultureInfo.InvariantCulture))
        {
            case 'a': isIn = char.IsAsciiLetter(c); break;
            case 'c': isIn = c < 32 || c == 127; break;
            case 'd': isIn = char.IsAsciiDigit(c); break;
            case 'l': isIn = char.IsAsciiLetterLower(c); break;
            case 'p': isIn = c is > ' ' and < (char)127 && !char.IsAsciiLetterOrDigit(c); break;
            case 's': isIn = c is ' ' or (>= '\t' and <= '\r'); break;
            case 'u': isIn = char.IsAsciiLetterUpper(c); break;
            case 'w': isIn = char.IsAsciiLetterOrDigit(c); break;
            case 'x': isIn = char.IsAsciiHexDigit(c); break;
            default: return kind == c;
        }

        return char.IsAsciiLetterUpper(kind) ? !isIn : isIn;
    }
}
