using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gibbon.Routing.Regexes;

/// <summary>
/// Reads a Rust or PCRE pattern once and writes the same pattern for .NET. What .NET would read differently is rewritten
/// ('$' and named groups), what the dialect does not know is refused with the dialect's words.
/// </summary>
internal ref struct RegexTranslator
{
    private static readonly SearchValues<char> s_flags = SearchValues.Create("imsxu-");

    private readonly string _pattern;
    private readonly RegexDialect _dialect;
    private readonly StringBuilder _output;
    private readonly List<KeyValuePair<string, int>> _names = [];
    private readonly Stack<int> _open = [];
    private int _at;
    private int _groups;
    private bool _multiline;
    private RegexError? _error;

    private RegexTranslator(string pattern, RegexDialect dialect)
    {
        _pattern = pattern;
        _dialect = dialect;
        _output = new StringBuilder(pattern.Length + 8);
    }

    /// <summary>The translation, or null and the reason.</summary>
    public static TranslatedRegex? Translate(string pattern, RegexDialect dialect, out RegexError? error)
    {
        RegexTranslator translator = new(pattern, dialect);
        translator.Run();
        error = translator._error;
        return error is null
            ? new TranslatedRegex(translator._output.ToString(), translator._groups, [.. translator._names], LiteralPrefix.Of(pattern))
            : null;
    }

    private void Run()
    {
        while (_at < _pattern.Length && _error is null)
        {
            char c = _pattern[_at];
            switch (c)
            {
                case '\\':
                    Escape();
                    break;
                case '[':
                    CharacterClass();
                    break;
                case '(':
                    Group();
                    break;
                case ')':
                    if (!_open.TryPop(out _))
                    {
                        Fail(_at, 1, "unopened group");
                        return;
                    }

                    Copy(1);
                    break;
                case '$' when _dialect == RegexDialect.Linear && !_multiline:
                    // .NET's '$' also stands before a last line feed, which a decoded path may hold.
                    _output.Append("\\z");
                    _at++;
                    break;
                case '*' or '+' or '?' or '{' when _at == 0 || (_output.Length > 0 && _pattern[_at - 1] is '(' or '|' && !Escaped(_at - 1)):
                    Fail(_at, 1, "repetition operator missing expression");
                    return;
                default:
                    Copy(1);
                    break;
            }
        }

        if (_error is null && _open.TryPop(out int start))
        {
            Fail(start, 1, "unclosed group");
        }
    }

    private void Group()
    {
        int start = _at;
        _open.Push(start);
        ReadOnlySpan<char> rest = _pattern.AsSpan(_at + 1);
        if (!rest.StartsWith("?"))
        {
            // '(*' begins a PCRE verb, which .NET has not.
            _groups++;
            Copy(1);
            return;
        }

        int nameAt = rest.StartsWith("?P<") ? 3 : rest.StartsWith("?'") ? 2 : rest.StartsWith("?<") && rest is not [_, _, '=' or '!', ..] ? 2 : 0;
        if (nameAt > 0)
        {
            NamedGroup(start, nameAt);
        }
        else if (_dialect == RegexDialect.Linear && (rest.StartsWith("?=") || rest.StartsWith("?!") || rest.StartsWith("?<=") || rest.StartsWith("?<!")))
        {
            Fail(start, rest[1] == '<' ? 4 : 3, "look-around, including look-ahead and look-behind, is not supported");
        }
        else if (_dialect == RegexDialect.Linear)
        {
            Flags(start);
        }
        else
        {
            _multiline |= FlagsOf(rest).Contains('m');
            Copy(2);
        }
    }

    private void NamedGroup(int start, int nameAt)
    {
        char closing = _pattern[start + nameAt] == '\'' ? '\'' : '>';
        int from = start + 1 + nameAt;
        int end = _pattern.IndexOf(closing, from);
        if (end <= from)
        {
            Fail(start, 1, end < 0 ? "unclosed capture group name" : "empty capture group name");
            return;
        }

        string name = _pattern[from..end];
        if (_names.Exists(known => known.Key == name))
        {
            Fail(from, name.Length, "duplicate capture group name");
            return;
        }

        _names.Add(new(name, ++_groups));
        _output.Append('(');
        _at = end + 1;
    }

    // (?flags) and (?flags:...), of Rust: i m s x are .NET's as well, u (Unicode) is always on, U and R have no counterpart.
    private void Flags(int start)
    {
        ReadOnlySpan<char> flags = FlagsOf(_pattern.AsSpan(start + 1));
        int end = start + 2 + flags.Length;
        if (end >= _pattern.Length || _pattern[end] is not (':' or ')') || flags.IndexOfAnyExcept(s_flags) >= 0)
        {
            Fail(Math.Min(end, _pattern.Length - 1), 1, "unrecognized flag");
            return;
        }

        int minus = flags.IndexOf('-');
        _multiline |= (minus < 0 ? flags : flags[..minus]).Contains('m');
        string kept = flags.ToString().Replace("u", "", StringComparison.Ordinal);
        if (_pattern[end] == ')')
        {
            _open.Pop();
        }

        _output.Append("(?").Append(kept).Append(kept.Length == 0 && _pattern[end] == ')' ? ":)" : _pattern[end].ToString());
        _at = end + 1;
    }

    private static ReadOnlySpan<char> FlagsOf(ReadOnlySpan<char> afterParenthesis)
    {
        int end = afterParenthesis[1..].IndexOfAny(':', ')');
        return end < 0 ? default : afterParenthesis.Slice(1, end);
    }

    private void Escape()
    {
        if (_at + 1 >= _pattern.Length)
        {
            Fail(_at, 1, "incomplete escape sequence, reached end of pattern prematurely");
            return;
        }

        char c = _pattern[_at + 1];
        if (_dialect == RegexDialect.Backtracking)
        {
            Copy(2);
        }
        else if (c is >= '0' and <= '9')
        {
            Fail(_at, 2, "backreferences are not supported");
        }
        else if (c is 'x' or 'u' or 'U')
        {
            CodePoint();
        }
        else if (c is 'p' or 'P')
        {
            UnicodeClass();
        }
        else if (char.IsAsciiLetter(c) && !"dDwWsSbBnrtfvaAz".Contains(c))
        {
            Fail(_at, 2, "unrecognized escape sequence");
        }
        else
        {
            Copy(2);
        }
    }

    private void CodePoint()
    {
        int digits = _pattern[_at + 1] switch { 'x' => 2, 'u' => 4, _ => 8 };
        int from = _at + 2;
        int end = from + digits;
        if (from < _pattern.Length && _pattern[from] == '{')
        {
            end = _pattern.IndexOf('}', ++from);
        }

        if (end < from || end > _pattern.Length
            || !int.TryParse(_pattern.AsSpan(from, end - from), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int value)
            || !Rune.IsValid(value))
        {
            Fail(_at, 2, "invalid hexadecimal digit");
            return;
        }

        foreach (char unit in char.ConvertFromUtf32(value))
        {
            _output.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:X4}");
        }

        _at = _pattern[from - 1] == '{' ? end + 1 : end;
    }

    private void UnicodeClass()
    {
        if (_at + 2 < _pattern.Length && _pattern[_at + 2] != '{')
        {
            _output.Append('\\').Append(_pattern[_at + 1]).Append('{').Append(_pattern[_at + 2]).Append('}');
            _at += 3;
            return;
        }

        int end = _pattern.IndexOf('}', _at);
        if (end < 0)
        {
            Fail(_at, 2, "Unicode property not found");
            return;
        }

        Copy(end + 1 - _at);
    }

    private void CharacterClass()
    {
        int start = _at;
        Copy(1);
        if (_at < _pattern.Length && _pattern[_at] == '^')
        {
            Copy(1);
        }

        bool first = true;
        while (_at < _pattern.Length && _error is null)
        {
            ReadOnlySpan<char> rest = _pattern.AsSpan(_at);
            if (rest[0] == ']' && !first)
            {
                Copy(1);
                return;
            }

            if (rest.StartsWith("[:"))
            {
                if (!NamedClass(rest))
                {
                    return;
                }
            }
            else if (rest[0] == '[')
            {
                if (_dialect == RegexDialect.Linear)
                {
                    Fail(_at, 1, "nested character classes are not supported");
                    return;
                }

                _output.Append("\\[");
                _at++;
            }
            else if (_dialect == RegexDialect.Linear && (rest.StartsWith("&&") || rest.StartsWith("--") || rest.StartsWith("~~")))
            {
                Fail(_at, 2, "set operations in character classes are not supported");
            }
            else if (rest[0] == '\\')
            {
                Escape();
            }
            else
            {
                Copy(1);
            }

            first = false;
        }

        if (_error is null)
        {
            Fail(start, 1, "unclosed character class");
        }
    }

    private bool NamedClass(ReadOnlySpan<char> rest)
    {
        int end = rest.IndexOf(":]");
        bool negated = rest.Length > 2 && rest[2] == '^';
        string? members = end < 0 ? null : PosixClass.Members(rest[(negated ? 3 : 2)..end]);
        if (members is null || negated)
        {
            Fail(_at, 1, members is null ? "unrecognized character class" : "negated named classes are not supported");
            return false;
        }

        _output.Append(members);
        _at += end + 2;
        return true;
    }

    private readonly bool Escaped(int at) => at > 0 && _pattern[at - 1] == '\\' && !(at > 1 && _pattern[at - 2] == '\\');

    private void Copy(int length)
    {
        _output.Append(_pattern, _at, length);
        _at += length;
    }

    private void Fail(int start, int length, string message) => _error ??= new RegexError(_pattern, start, length, message);
}
