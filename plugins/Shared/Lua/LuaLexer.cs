using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gibbon.Plugins.Shared.Lua;

/// <summary>Cuts an expression into tokens. What is not a token of Lua's becomes one of kind <see cref="LuaToken.Broken"/>.</summary>
ref struct LuaLexer(ReadOnlySpan<char> text)
{
    static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    ReadOnlySpan<char> rest = text;

    /// <summary>The token that was read last.</summary>
    public LuaToken Token { get; private set; }

    /// <summary>The name, keyword or symbol; the content of a text.</summary>
    public string Text { get; private set; } = "";

    /// <summary>The value of a number.</summary>
    public double Number { get; private set; }

    /// <summary>Reads the next token.</summary>
    public void Next()
    {
        rest = rest.TrimStart();
        if (rest.IsEmpty)
            Take(LuaToken.End, 0);
        else if (char.IsAsciiLetter(rest[0]) || rest[0] == '_')
            TakeName();
        else if (char.IsAsciiDigit(rest[0]) || (rest[0] == '.' && rest.Length > 1 && char.IsAsciiDigit(rest[1])))
            TakeNumber();
        else if (rest[0] is '"' or '\'')
            TakeText();
        else if (rest.StartsWith("[["))
            TakeLongText();
        else
            TakeSymbol();
    }

    void Take(LuaToken token, int length)
    {
        Token = token;
        Text = rest[..length].ToString();
        rest = rest[length..];
    }

    void TakeName()
    {
        var end = rest.IndexOfAnyExcept(NameCharacters);
        Take(LuaToken.Name, end < 0 ? rest.Length : end);
        if (Text is "and" or "or" or "not" or "nil" or "true" or "false" or "function" or "end" or "if" or "then" or "else" or "elseif"
            or "for" or "while" or "do" or "repeat" or "until" or "local" or "return" or "break" or "in" or "goto")
            Token = LuaToken.Keyword;
    }

    void TakeNumber()
    {
        var length = 0;
        while (length < rest.Length && (char.IsAsciiLetterOrDigit(rest[length]) || rest[length] == '.'
            || (rest[length] is '+' or '-' && rest[length - 1] is 'e' or 'E' && !rest.StartsWith("0x", StringComparison.OrdinalIgnoreCase))))
            length++;

        Take(LuaNumbers.TryRead(rest[..length], out var number) ? LuaToken.Number : LuaToken.Broken, length);
        Number = number;
    }

    void TakeText()
    {
        var quote = rest[0];
        var content = new StringBuilder();
        for (var i = 1; i < rest.Length && rest[i] != '\n'; i++)
        {
            if (rest[i] == quote)
            {
                rest = rest[(i + 1)..];
                (Token, Text) = (LuaToken.Text, content.ToString());
                return;
            }

            if (rest[i] != '\\')
                content.Append(rest[i]);
            else if (!TryEscape(ref i, content))
                break;
        }

        Take(LuaToken.Broken, rest.Length);
    }

    readonly bool TryEscape(ref int i, StringBuilder content)
    {
        if (++i == rest.Length)
            return false;

        if (char.IsAsciiDigit(rest[i]))
        {
            var digits = 1;
            while (digits < 3 && i + digits < rest.Length && char.IsAsciiDigit(rest[i + digits]))
                digits++;

            content.Append((char)int.Parse(rest.Slice(i, digits), CultureInfo.InvariantCulture));
            i += digits - 1;
            return true;
        }

        content.Append(rest[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'a' => '\a', 'b' => '\b', 'f' => '\f', 'v' => '\v', var c => c });
        return true;
    }

    void TakeLongText()
    {
        var end = rest.IndexOf("]]");
        if (end < 0)
        {
            Take(LuaToken.Broken, rest.Length);
            return;
        }

        var content = rest[2..end].ToString();
        Take(LuaToken.Text, end + 2);
        Text = content;
    }

    void TakeSymbol()
    {
        ReadOnlySpan<string> symbols = ["...", "..", "==", "~=", "<=", ">="];
        foreach (var symbol in symbols)
        {
            if (!rest.StartsWith(symbol))
                continue;

            Take(LuaToken.Symbol, symbol.Length);
            return;
        }

        Take("+-*/%^#<>()[]{}.,;:=".Contains(rest[0], StringComparison.Ordinal) ? LuaToken.Symbol : LuaToken.Broken, 1);
    }
}

/// <summary>The kinds of tokens.</summary>
enum LuaToken
{
    /// <summary>Nothing follows.</summary>
    End,

    /// <summary>A name.</summary>
    Name,

    /// <summary>A word of the language.</summary>
    Keyword,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A text in quotes or long brackets.</summary>
    Text,

    /// <summary>An operator or a bracket.</summary>
    Symbol,

    /// <summary>Not Lua.</summary>
    Broken,
}
