namespace Gibbon.Routing.Regexes;

/// <summary>
/// Recognises patterns that a backtracking engine matches in linear time: anchored, no alternatives, nothing repeated but single
/// characters, and each repetition ended by something it cannot hold. Most route patterns are so ("^/users/(?&lt;id&gt;\d+)$"),
/// and the automaton of NonBacktracking costs a megabyte and a millisecond to build, which thousands of routes cannot pay.
/// </summary>
internal static class BacktrackingCost
{
    private const int MostOptional = 4;

    private static readonly CharacterSet s_digits = CharacterSet.Range('0', '9').WithOthers();
    private static readonly CharacterSet s_words = (CharacterSet.Range('a', 'z') | CharacterSet.Range('A', 'Z') | CharacterSet.Range('0', '9') | CharacterSet.Of('_')).WithOthers();
    private static readonly CharacterSet s_spaces = (CharacterSet.Range('\t', '\r') | CharacterSet.Of(' ')).WithOthers();

    /// <summary>True when backtracking is certainly linear; false is "not known".</summary>
    public static bool IsLinear(string pattern)
    {
        List<Atom> atoms = [];
        return pattern.StartsWith('^') && TryRead(pattern.AsSpan(1), atoms) && IsLinear(atoms);
    }

    private static bool IsLinear(List<Atom> atoms)
    {
        bool repeatedAfter = false;
        for (int i = atoms.Count - 1; i >= 0; i--)
        {
            if (!atoms[i].Repeated)
            {
                continue;
            }

            CharacterSet next = default;
            for (int j = i + 1; j < atoms.Count; j++)
            {
                next |= atoms[j].Set;
                if (!atoms[j].Optional)
                {
                    break;
                }
            }

            // The last repetition may give back what it took: the little behind it is tried at each place once.
            if (repeatedAfter && next.Overlaps(atoms[i].Set))
            {
                return false;
            }

            repeatedAfter = true;
        }

        return atoms.Count(atom => atom.Optional && !atom.Repeated) <= MostOptional;
    }

    private static bool TryRead(ReadOnlySpan<char> rest, List<Atom> atoms)
    {
        while (!rest.IsEmpty)
        {
            if (rest[0] == '(')
            {
                if (!TryOpen(ref rest))
                {
                    return false;
                }

                continue;
            }

            if (rest[0] == ')')
            {
                rest = rest[1..];
                if (!rest.IsEmpty && rest[0] is '*' or '+' or '?' or '{')
                {
                    return false;
                }

                continue;
            }

            if (rest is "$")
            {
                return true;
            }

            if (!TrySet(ref rest, out CharacterSet set))
            {
                return false;
            }

            char quantifier = rest.IsEmpty ? '\0' : rest[0];
            rest = quantifier is '*' or '+' or '?' ? rest[1..] : rest;
            if (quantifier == '{' || (quantifier is '*' or '+' or '?' && !rest.IsEmpty && rest[0] is '*' or '+' or '?' or '{'))
            {
                return false;
            }

            atoms.Add(new Atom(set, quantifier is '*' or '+', quantifier is '*' or '?'));
        }

        return true;
    }

    private static bool TryOpen(ref ReadOnlySpan<char> rest)
    {
        rest = rest[1..];
        if (!rest.StartsWith("?"))
        {
            return true;
        }

        bool named = rest.StartsWith("?P<") || rest.StartsWith("?<");
        int end = named ? rest.IndexOf('>') : rest.StartsWith("?:") ? 1 : -1;
        rest = end < 0 ? rest : rest[(end + 1)..];
        return end >= 0;
    }

    private static bool TrySet(ref ReadOnlySpan<char> rest, out CharacterSet set)
    {
        char c = rest[0];
        set = default;
        switch (c)
        {
            case '.':
                set = CharacterSet.All;
                break;
            case '\\':
                return TryEscape(ref rest, out set);
            case '[':
                return TryClass(ref rest, out set);
            case '|' or '^' or '$' or '*' or '+' or '?' or '{' or '}' or ']':
                return false;
            default:
                set = CharacterSet.Of(c);
                break;
        }

        rest = rest[1..];
        return true;
    }

    private static bool TryEscape(ref ReadOnlySpan<char> rest, out CharacterSet set)
    {
        char c = rest.Length > 1 ? rest[1] : '\0';
        set = c switch
        {
            'd' => s_digits,
            'w' => s_words,
            's' => s_spaces,
            'D' or 'W' or 'S' => CharacterSet.All,
            _ => CharacterSet.Of(c),
        };
        rest = rest[Math.Min(2, rest.Length)..];
        return c is 'd' or 'w' or 's' or 'D' or 'W' or 'S' || (char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c)));
    }

    private static bool TryClass(ref ReadOnlySpan<char> rest, out CharacterSet set)
    {
        set = default;
        rest = rest[1..];
        bool negated = rest.StartsWith("^");
        rest = negated ? rest[1..] : rest;
        bool first = true;
        while (!rest.IsEmpty && (rest[0] != ']' || first))
        {
            char from = rest[0];
            if (from is '[' or '&' or '~' || (from == ']' && first))
            {
                return false;
            }

            first = false;
            if (from == '\\')
            {
                if (!TryEscape(ref rest, out CharacterSet escaped))
                {
                    return false;
                }

                set |= escaped;
            }
            else if (rest.Length > 2 && rest[1] == '-' && rest[2] is not (']' or '\\' or '['))
            {
                set |= CharacterSet.Range(from, rest[2]);
                rest = rest[3..];
            }
            else
            {
                set |= CharacterSet.Of(from);
                rest = rest[1..];
            }
        }

        if (rest.IsEmpty)
        {
            return false;
        }

        rest = rest[1..];
        set = negated ? set.Negated() : set;
        return true;
    }

    private readonly record struct Atom(CharacterSet Set, bool Repeated, bool Optional);
}
