namespace Gibbon.Pdk.Schemas;

/// <summary>Attempts to match a Lua pattern against a text: backtracking walks over both, which share what they may cost.</summary>
ref struct LuaPatternMatch(ReadOnlySpan<char> text, ReadOnlySpan<char> pattern)
{
    const int MaxDepth = 200;
    const int MaxSteps = 1_000_000;
    const int MaxCaptures = 32;
    const int Unfinished = -1;
    const int Position = -2;
    readonly ReadOnlySpan<char> text = text;
    readonly ReadOnlySpan<char> pattern = pattern;
    (int Start, int Length)[] captures = [];
    int captureCount;
    int depth;
    int steps;

    /// <summary>Where the match ends that begins at a place; -1 when none does.</summary>
    public int EndFrom(int at, int item)
    {
        captureCount = 0;
        depth = 0;
        return Matches(at, item);
    }

    /// <summary>What has matched, after <see cref="EndFrom"/>.</summary>
    public readonly string Whole(int start, int end) => text[start..end].ToString();

    /// <summary>A capture of the last match, counted from 0; of a match without any the first is all of it.</summary>
    public readonly object Capture(int number, int start, int end)
    {
        if (number >= captureCount)
        {
            return number == 0 ? Whole(start, end) : throw new FormatException("invalid capture index");
        }
        var (from, length) = captures[number];
        return length switch
        {
            Position => from + 1L,
            Unfinished => throw new FormatException("unfinished capture"),
            _ => text.Slice(from, length).ToString(),
        };
    }

    /// <summary>Where the match ends when the rest of the pattern matches from here, else -1.</summary>
    int Matches(int at, int item)
    {
        if (++steps > MaxSteps || ++depth > MaxDepth)
        {
            throw new FormatException("pattern too complex");
        }
        var end = Step(at, item);
        depth--;
        return end;
    }

    int Step(int at, int item)
    {
        while (item < pattern.Length)
        {
            switch (pattern[item])
            {
                case '(':
                    return Open(at, item);
                case ')':
                    return Close(at, item);
                case '$' when item + 1 == pattern.Length:
                    return at == text.Length ? at : -1;
                case '%' when item + 1 < pattern.Length && pattern[item + 1] == 'b':
                    at = Balanced(at, item + 2);
                    item += 4;
                    break;
                case '%' when item + 1 < pattern.Length && pattern[item + 1] == 'f':
                    if (item + 2 >= pattern.Length || pattern[item + 2] != '[')
                    {
                        throw new FormatException("missing '[' after '%f' in pattern");
                    }
                    var close = EndOfItem(item + 2);
                    if (InSet(at == 0 ? '\0' : text[at - 1], item + 2, close) || !InSet(at < text.Length ? text[at] : '\0', item + 2, close))
                    {
                        return -1;
                    }
                    item = close;
                    break;
                case '%' when item + 1 < pattern.Length && char.IsAsciiDigit(pattern[item + 1]):
                    at = BackReference(at, pattern[item + 1] - '1');
                    item += 2;
                    break;
                default:
                    var next = EndOfItem(item);
                    switch (next < pattern.Length ? pattern[next] : '\0')
                    {
                        case '*':
                            return Longest(at, item, next, least: 0);
                        case '+':
                            return Longest(at, item, next, least: 1);
                        case '-':
                            return Shortest(at, item, next);
                        case '?':
                            if (Single(at, item, next) && Matches(at + 1, next + 1) is >= 0 and var taken)
                            {
                                return taken;
                            }
                            item = next + 1;
                            break;
                        default:
                            at = Single(at, item, next) ? at + 1 : -1;
                            item = next;
                            break;
                    }
                    break;
            }
            if (at < 0)
            {
                return -1;
            }
        }
        return at;
    }

    int Longest(int at, int item, int next, int least)
    {
        var count = 0;
        while (Single(at + count, item, next))
        {
            count++;
        }
        for (; count >= least; count--)
        {
            if (Matches(at + count, next + 1) is >= 0 and var end)
            {
                return end;
            }
        }
        return -1;
    }

    int Shortest(int at, int item, int next)
    {
        while (true)
        {
            if (Matches(at, next + 1) is >= 0 and var end)
            {
                return end;
            }
            if (!Single(at, item, next))
            {
                return -1;
            }
            at++;
        }
    }

    int Open(int at, int item)
    {
        var isPosition = item + 1 < pattern.Length && pattern[item + 1] == ')';
        if (captureCount == MaxCaptures)
        {
            throw new FormatException("too many captures");
        }
        if (captureCount == captures.Length)
        {
            Array.Resize(ref captures, captureCount + 8);
        }
        captures[captureCount++] = (at, isPosition ? Position : Unfinished);
        var end = Matches(at, item + (isPosition ? 2 : 1));
        if (end < 0)
        {
            captureCount--;
        }
        return end;
    }

    int Close(int at, int item)
    {
        var open = captureCount - 1;
        while (open >= 0 && captures[open].Length != Unfinished)
        {
            open--;
        }
        if (open < 0)
        {
            throw new FormatException("invalid pattern capture");
        }
        captures[open].Length = at - captures[open].Start;
        var end = Matches(at, item + 1);
        if (end < 0)
        {
            captures[open].Length = Unfinished;
        }
        return end;
    }

    readonly int BackReference(int at, int number)
    {
        if (number < 0 || number >= captureCount || captures[number].Length < 0)
        {
            throw new FormatException("invalid capture index");
        }
        var captured = text.Slice(captures[number].Start, captures[number].Length);
        return text[at..].StartsWith(captured) ? at + captured.Length : -1;
    }

    readonly int Balanced(int at, int item)
    {
        if (item + 1 >= pattern.Length)
        {
            throw new FormatException("unbalanced pattern");
        }
        var (open, close) = (pattern[item], pattern[item + 1]);
        if (at >= text.Length || text[at] != open)
        {
            return -1;
        }
        var level = 1;
        for (var place = at + 1; place < text.Length; place++)
        {
            level += text[place] == close ? -1 : text[place] == open ? 1 : 0;
            if (level == 0)
            {
                return place + 1;
            }
        }
        return -1;
    }

    readonly int EndOfItem(int item)
    {
        var first = pattern[item++];
        if (first == '%')
        {
            return item < pattern.Length ? item + 1 : throw new FormatException("malformed pattern (ends with '%')");
        }
        if (first != '[')
        {
            return item;
        }
        item += item < pattern.Length && pattern[item] == '^' ? 1 : 0;
        do
        {
            if (item >= pattern.Length)
            {
                throw new FormatException("malformed pattern (missing ']')");
            }
            item += pattern[item] == '%' ? 2 : 1;
        }
        while (item >= pattern.Length || pattern[item] != ']');
        return item + 1;
    }

    bool Single(int at, int item, int next)
    {
        if (++steps > MaxSteps)
        {
            throw new FormatException("pattern too complex");
        }
        if (at >= text.Length)
        {
            return false;
        }
        var character = text[at];
        return pattern[item] switch
        {
            '.' => true,
            '%' => InClass(character, pattern[item + 1]),
            '[' => InSet(character, item, next),
            var literal => literal == character,
        };
    }

    readonly bool InSet(char character, int open, int next)
    {
        var item = open + 1;
        var isNegated = pattern[item] == '^';
        item += isNegated ? 1 : 0;
        for (; item < next - 1; item++)
        {
            if (pattern[item] == '%')
            {
                item++;
                if (InClass(character, pattern[item]))
                {
                    return !isNegated;
                }
            }
            else if (item + 2 < next - 1 && pattern[item + 1] == '-')
            {
                if (character >= pattern[item] && character <= pattern[item + 2])
                {
                    return !isNegated;
                }
                item += 2;
            }
            else if (pattern[item] == character)
            {
                return !isNegated;
            }
        }
        return isNegated;
    }

    static bool InClass(char character, char name)
    {
        bool? belongs = char.ToLowerInvariant(name) switch
        {
            'a' => char.IsAsciiLetter(character),
            'c' => character is < ' ' or '\x7f',
            'd' => char.IsAsciiDigit(character),
            'l' => char.IsAsciiLetterLower(character),
            'p' => char.IsAscii(character) && (char.IsPunctuation(character) || char.IsSymbol(character)),
            's' => character is ' ' or (>= '\t' and <= '\r'),
            'u' => char.IsAsciiLetterUpper(character),
            'w' => char.IsAsciiLetterOrDigit(character),
            'x' => char.IsAsciiHexDigit(character),
            'z' => character == '\0',
            _ => null,
        };
        return belongs is { } known ? known != char.IsAsciiLetterUpper(name) : name == character;
    }
}
