using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Gibbon.Lua.Native;

namespace Gibbon.Lua.Functions;

/// <summary>Reads JSON onto a stack, with the rules and the errors of <c>cjson</c>. Bytes of strings stay what they are.</summary>
internal ref struct JsonReader(nint L, ReadOnlySpan<byte> text, int maxDepth, int arrayMetatable, bool allowsInvalidNumbers)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _at;

    /// <summary>Reads the whole text and pushes its value.</summary>
    /// <returns>What is wrong with it, or null; then what was pushed means nothing.</returns>
    public string? TryRead()
    {
        // Two zeros tell of UTF-16 or UTF-32, which this cannot be.
        if (_text.Length >= 2 && (_text[0] == 0 || _text[1] == 0))
        {
            return "JSON parser does not support UTF-16 or UTF-32";
        }

        if (ReadValue(0) is { } error)
        {
            return error;
        }

        SkipSpace();
        return _at < _text.Length ? Unexpected("the end") : null;
    }

    private string? ReadValue(int depth)
    {
        SkipSpace();
        if (_at >= _text.Length)
        {
            return Unexpected("value");
        }

        switch (_text[_at])
        {
            case (byte)'{':
                return ReadObject(depth + 1);
            case (byte)'[':
                return ReadArray(depth + 1);
            case (byte)'"':
                return ReadString();
            case (byte)'t' when Takes("true"u8):
                LuaStack.Push(L, true);
                return null;
            case (byte)'f' when Takes("false"u8):
                LuaStack.Push(L, false);
                return null;
            case (byte)'n' when Takes("null"u8):
                LuaStack.PushNull(L);
                return null;
            default:
                return ReadNumber();
        }
    }

    private string? ReadObject(int depth)
    {
        if (TooDeep(depth) is { } tooDeep)
        {
            return tooDeep;
        }

        _at++;
        LuaApi.lua_createtable(L, 0, 4);
        SkipSpace();
        if (Skips('}'))
        {
            return null;
        }

        while (true)
        {
            SkipSpace();
            if (_at >= _text.Length || _text[_at] != '"')
            {
                return Unexpected("object key string");
            }

            if (ReadString() is { } inKey)
            {
                return inKey;
            }

            SkipSpace();
            if (!Skips(':'))
            {
                return Unexpected("colon");
            }

            if (ReadValue(depth) is { } inValue)
            {
                return inValue;
            }

            LuaApi.lua_rawset(L, -3);
            SkipSpace();
            if (Skips('}'))
            {
                return null;
            }

            if (!Skips(','))
            {
                return Unexpected("comma or object end");
            }
        }
    }

    private string? ReadArray(int depth)
    {
        if (TooDeep(depth) is { } tooDeep)
        {
            return tooDeep;
        }

        _at++;
        LuaApi.lua_createtable(L, 4, 0);
        if (arrayMetatable != 0)
        {
            LuaState.PushKept(L, arrayMetatable);
            LuaApi.lua_setmetatable(L, -2);
        }

        SkipSpace();
        if (Skips(']'))
        {
            return null;
        }

        for (int place = 1; ; place++)
        {
            if (ReadValue(depth) is { } error)
            {
                return error;
            }

            LuaApi.lua_rawseti(L, -2, place);
            SkipSpace();
            if (Skips(']'))
            {
                return null;
            }

            if (!Skips(','))
            {
                return Unexpected("comma or array end");
            }
        }
    }

    private string? ReadString()
    {
        int start = ++_at;
        while (_at < _text.Length && _text[_at] is not ((byte)'"' or (byte)'\\') && _text[_at] >= 0x20)
        {
            _at++;
        }

        if (_at < _text.Length && _text[_at] == '"')
        {
            LuaStack.Push(L, _text[start.._at]);
            _at++;
            return null;
        }

        var bytes = new List<byte>();
        for (_at = start; _at < _text.Length && _text[_at] != '"';)
        {
            byte b = _text[_at];
            if (b < 0x20)
            {
                return $"Expected value but found invalid token at character {start}";
            }

            if (b != '\\')
            {
                bytes.Add(b);
                _at++;
            }
            else if (!ReadEscape(bytes))
            {
                return $"Expected value but found invalid escape code at character {_at + 1}";
            }
        }

        if (_at >= _text.Length)
        {
            return $"Expected value but found unexpected end of string at character {_text.Length + 1}";
        }

        _at++;
        LuaStack.Push(L, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(bytes));
        return null;
    }

    private bool ReadEscape(List<byte> bytes)
    {
        byte kind = _at + 1 < _text.Length ? _text[_at + 1] : (byte)0;
        if (kind == 'u')
        {
            return ReadCodePoint(bytes);
        }

        int plain = "\"\\/bfnrt"u8.IndexOf(kind);
        if (plain < 0)
        {
            return false;
        }

        bytes.Add("\"\\/\b\f\n\r\t"u8[plain]);
        _at += 2;
        return true;
    }

    private bool ReadCodePoint(List<byte> bytes)
    {
        if (!Hex(_at + 2, out int unit))
        {
            return false;
        }

        _at += 6;
        if (char.IsHighSurrogate((char)unit))
        {
            if (_at + 1 >= _text.Length || _text[_at] != '\\' || _text[_at + 1] != 'u' || !Hex(_at + 2, out int low) || !char.IsLowSurrogate((char)low))
            {
                return false;
            }

            unit = char.ConvertToUtf32((char)unit, (char)low);
            _at += 6;
        }
        else if (char.IsLowSurrogate((char)unit))
        {
            return false;
        }

        Span<byte> encoded = stackalloc byte[4];
        bytes.AddRange(encoded[..new Rune(unit).EncodeToUtf8(encoded)]);
        return true;
    }

    private readonly bool Hex(int at, out int value)
    {
        value = 0;
        return at + 4 <= _text.Length
            && int.TryParse(_text.Slice(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private string? ReadNumber()
    {
        int end = _at;
        while (end < _text.Length && (char.IsAsciiLetterOrDigit((char)_text[end]) || _text[end] is (byte)'+' or (byte)'-' or (byte)'.'))
        {
            end++;
        }

        ReadOnlySpan<byte> token = _text[_at..end];
        if (token.Length > 0 && Utf8Parser.TryParse(token, out double number, out int used) && used == token.Length
            && (char.IsAsciiDigit((char)token[^1]) || token[^1] == '.') && (char.IsAsciiDigit((char)token[0]) || token[0] == '-'))
        {
            _at = end;
            LuaApi.lua_pushnumber(L, number);
            return null;
        }

        if (allowsInvalidNumbers && Special(token) is { } special)
        {
            _at = end;
            LuaApi.lua_pushnumber(L, special);
            return null;
        }

        return Unexpected("value");
    }

    private static double? Special(ReadOnlySpan<byte> token)
    {
        bool isNegative = token.Length > 0 && token[0] == '-';
        string word = Encoding.ASCII.GetString(isNegative ? token[1..] : token).ToLowerInvariant();
        double? value = word switch
        {
            "nan" => double.NaN,
            "inf" or "infinity" => double.PositiveInfinity,
            _ when word.StartsWith("0x", StringComparison.Ordinal)
                && long.TryParse(word.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long hex) => hex,
            _ => null,
        };
        return isNegative ? -value : value;
    }

    private readonly string? TooDeep(int depth) => depth > maxDepth || LuaApi.lua_checkstack(L, 6) == 0
        ? $"Found too many nested data structures ({depth})"
        : null;

    private bool Takes(ReadOnlySpan<byte> word)
    {
        if (!_text[_at..].StartsWith(word))
        {
            return false;
        }

        _at += word.Length;
        return true;
    }

    private bool Skips(char wanted)
    {
        if (_at < _text.Length && _text[_at] == wanted)
        {
            _at++;
            return true;
        }

        return false;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            _at++;
        }
    }

    private readonly string Unexpected(string wanted)
    {
        string found = _at >= _text.Length ? "T_END" : _text[_at] switch
        {
            (byte)'{' => "T_OBJ_BEGIN",
            (byte)'}' => "T_OBJ_END",
            (byte)'[' => "T_ARR_BEGIN",
            (byte)']' => "T_ARR_END",
            (byte)'"' => "T_STRING",
            (byte)':' => "T_COLON",
            (byte)',' => "T_COMMA",
            >= (byte)'0' and <= (byte)'9' => "T_NUMBER",
            _ => "invalid token",
        };
        return $"Expected {wanted} but found {found} at character {_at + 1}";
    }
}
