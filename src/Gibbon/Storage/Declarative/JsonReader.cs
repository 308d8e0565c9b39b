using System.Globalization;
using System.Text;
using Gibbon.Pdk.Schemas;
using Gibbon.Threading;

namespace Gibbon.Storage.Declarative;

/// <summary>
/// Reads a JSON text into the value model, in one pass and without a document in between. Says what is wrong in the words of the
/// reader Kong uses, with the place counted in characters from 1.
/// </summary>
internal ref struct JsonReader
{
    const int MaxDepth = 1000;

    // Below this a text repeats too little to be worth a pool: a database's rows are many such texts.
    const int MinLengthToShare = 16 * 1024;

    readonly ReadOnlySpan<char> text;
    readonly StringPool? strings;
    int position;
    int depth;
    string? error;

    JsonReader(ReadOnlySpan<char> text)
    {
        this.text = text;
        strings = text.Length < MinLengthToShare ? null : new StringPool();
    }

    /// <summary>Reads the text, which must hold one value and nothing else.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out object? value, out string? error)
    {
        var reader = new JsonReader(text);
        value = reader.ReadValue();
        if (reader.error is null && reader.Next() != '\0')
        {
            reader.Fail("the end");
        }
        error = reader.error;
        return error is null;
    }

    object? ReadValue()
    {
        switch (Next())
        {
            case '{':
                return ReadObject();
            case '[':
                return ReadArray();
            case '"':
                return ReadString();
            case 't' when TakeWord("true"):
                return true;
            case 'f' when TakeWord("false"):
                return false;
            case 'n' when TakeWord("null"):
                return null;
            case '-' or (>= '0' and <= '9'):
                return ReadNumber();
            default:
                return Fail("value");
        }
    }

    ValueMap? ReadObject()
    {
        if (!Enter())
        {
            return null;
        }
        LongWork.GiveWay();
        position++;
        var map = new ValueMap();
        if (Next() == '}')
        {
            return Leave(map);
        }
        while (true)
        {
            if (Next() != '"')
            {
                Fail("object key string");
                return null;
            }
            var key = ReadString();
            if (error is not null)
            {
                return null;
            }
            if (Next() != ':')
            {
                Fail("colon");
                return null;
            }
            position++;
            map[key!] = ReadValue();
            if (error is not null)
            {
                return null;
            }
            switch (Next())
            {
                case '}':
                    return Leave(map);
                case ',':
                    position++;
                    break;
                default:
                    Fail("comma or object end");
                    return null;
            }
        }
    }

    ValueList? ReadArray()
    {
        if (!Enter())
        {
            return null;
        }
        position++;
        var list = new ValueList();
        if (Next() == ']')
        {
            return Leave(list);
        }
        while (true)
        {
            list.Add(ReadValue());
            if (error is not null)
            {
                return null;
            }
            switch (Next())
            {
                case ']':
                    return Leave(list);
                case ',':
                    position++;
                    break;
                default:
                    Fail("comma or array end");
                    return null;
            }
        }
    }

    string? ReadString()
    {
        var start = ++position;
        var length = text[start..].IndexOfAny('"', '\\');
        if (length < 0)
        {
            position--;
            return Fail("value", "unexpected end of string") as string;
        }
        if (text[start + length] == '"')
        {
            position = start + length + 1;
            var whole = text.Slice(start, length);
            return strings is null ? whole.ToString() : strings.Share(whole);
        }
        var builder = new StringBuilder();
        while (true)
        {
            builder.Append(text.Slice(position, length));
            position += length;
            if (text[position] == '"')
            {
                position++;
                return builder.ToString();
            }
            if (!ReadEscape(builder))
            {
                return null;
            }
            length = text[position..].IndexOfAny('"', '\\');
            if (length < 0)
            {
                return Fail("value", "unexpected end of string") as string;
            }
        }
    }

    bool ReadEscape(StringBuilder builder)
    {
        var letter = position + 1 < text.Length ? text[position + 1] : '\0';
        switch (letter)
        {
            case '"' or '\\' or '/':
                builder.Append(letter);
                break;
            case 'b':
                builder.Append('\b');
                break;
            case 'f':
                builder.Append('\f');
                break;
            case 'n':
                builder.Append('\n');
                break;
            case 'r':
                builder.Append('\r');
                break;
            case 't':
                builder.Append('\t');
                break;
            case 'u':
                if (position + 6 > text.Length
                    || !ushort.TryParse(text.Slice(position + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit))
                {
                    Fail("value", "invalid unicode escape code");
                    return false;
                }
                builder.Append((char)unit);
                position += 6;
                return true;
            default:
                Fail("value", "invalid escape code");
                return false;
        }
        position += 2;
        return true;
    }

    object? ReadNumber()
    {
        var end = position;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is '-' or '+' or '.' or 'e' or 'E'))
        {
            end++;
        }
        var digits = text[position..end];
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            position = end;
            return integer;
        }
        if (double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            position = end;
            return number == Math.Floor(number) && Math.Abs(number) < 9e18 ? (object)(long)number : number;
        }
        return Fail("value", "invalid number");
    }

    bool TakeWord(string word)
    {
        if (!text[position..].StartsWith(word, StringComparison.Ordinal))
        {
            return false;
        }
        position += word.Length;
        return true;
    }

    /// <summary>The next character that is not white space, which is not taken; NUL at the end.</summary>
    char Next()
    {
        while (position < text.Length)
        {
            if (text[position] is not (' ' or '\t' or '\n' or '\r'))
            {
                return text[position];
            }
            position++;
        }
        return '\0';
    }

    bool Enter()
    {
        if (++depth <= MaxDepth)
        {
            return true;
        }
        error ??= $"Found too many nested data structures ({depth}) at character {position + 1}";
        return false;
    }

    T Leave<T>(T value)
    {
        depth--;
        position++;
        return value;
    }

    object? Fail(string expected, string? found = null)
    {
        error ??= $"Expected {expected} but found {found ?? TokenName()} at character {position + 1}";
        return null;
    }

    string TokenName() => Next() switch
    {
        '{' => "T_OBJ_BEGIN",
        '}' => "T_OBJ_END",
        '[' => "T_ARR_BEGIN",
        ']' => "T_ARR_END",
        ':' => "T_COLON",
        ',' => "T_COMMA",
        '"' => "T_STRING",
        '\0' when position >= text.Length => "T_END",
        't' when TakeWord("true") => "T_BOOLEAN",
        'f' when TakeWord("false") => "T_BOOLEAN",
        'n' when TakeWord("null") => "T_NULL",
        '-' or (>= '0' and <= '9') => "T_NUMBER",
        _ => "invalid token",
    };
}
