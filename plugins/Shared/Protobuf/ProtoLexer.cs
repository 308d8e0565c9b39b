using System.Globalization;
using System.Text;

namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>Takes the text of a .proto file apart.</summary>
/// <param name="file">Its name, for errors.</param>
/// <param name="text">The text.</param>
sealed class ProtoLexer(string file, string text)
{
    int position;
    int line = 1;

    /// <summary>What stands here: a name, a number, a sign; empty at the end. A text is in <see cref="Text"/>.</summary>
    public string Token { get; private set; } = "";

    /// <summary>The text that stands here, without its quotes; <c>null</c> if none does.</summary>
    public string? Text { get; private set; }

    public bool IsEnd => Token.Length == 0 && Text is null;

    public bool IsName => Token.Length > 0 && (char.IsAsciiLetter(Token[0]) || Token[0] == '_');

    /// <summary>Goes on.</summary>
    public void Next()
    {
        SkipSpace();
        Text = null;
        if (position >= text.Length)
        {
            Token = "";
        }
        else if (text[position] is '"' or '\'')
        {
            Token = "";
            Text = ReadText();
        }
        else
        {
            var start = position;
            position++;
            if (IsWord(text[start]) || (text[start] == '.' && position < text.Length && char.IsAsciiDigit(text[position])))
                SkipWord(start);

            Token = text[start..position];
        }
    }

    /// <summary>Goes on if a sign or a word stands here.</summary>
    public bool Take(string token)
    {
        if (Text is not null || Token != token)
            return false;

        Next();
        return true;
    }

    /// <summary>Goes on behind a sign or a word that must stand here.</summary>
    public void Expect(string token)
    {
        if (!Take(token))
            throw Fail($"'{token}' expected");
    }

    /// <summary>A name, which must stand here.</summary>
    public string Name()
    {
        if (!IsName)
            throw Fail("a name expected");

        var name = Token;
        Next();
        return name;
    }

    /// <summary>A name with dots.</summary>
    public string FullName()
    {
        var name = new StringBuilder();
        if (Take("."))
            name.Append('.');

        name.Append(Name());
        while (Take("."))
            name.Append('.').Append(Name());

        return name.ToString();
    }

    /// <summary>A text, which must stand here; several in a row are one.</summary>
    public string String()
    {
        if (Text is null)
            throw Fail("a text expected");

        var whole = Text;
        for (Next(); Text is not null; Next())
            whole += Text;

        return whole;
    }

    /// <summary>A whole number, which must stand here.</summary>
    public int Integer()
    {
        var isNegative = Take("-");
        var token = Token;
        var isRead = token.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? long.TryParse(token.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            : long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        if (!isRead || number > int.MaxValue + (isNegative ? 1L : 0))
            throw Fail("a number expected");

        Next();
        return (int)(isNegative ? -number : number);
    }

    /// <summary>Skips what stands between brackets, the opening one of which stands here; or everything to a semicolon.</summary>
    public void SkipStatement()
    {
        for (var depth = 0; ; Next())
        {
            if (IsEnd)
                throw Fail("the file ends too early");

            if (Text is not null)
                continue;

            depth += Token switch { "{" or "[" => 1, "}" or "]" => -1, _ => 0 };
            if (depth < 0)
                throw Fail("a statement expected");

            if (depth == 0 && Token is ";" or "}")
            {
                Next();
                return;
            }
        }
    }

    public ProtoException Fail(string message) =>
        new($"{file}:{line}: {message}{(IsEnd ? " at the end" : $" near '{Text ?? Token}'")}");

    static bool IsWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter == '_';

    // A number with a fraction or an exponent is one word, a name ends at a dot.
    void SkipWord(int start)
    {
        var isNumber = !char.IsAsciiLetter(text[start]) && text[start] != '_';
        while (position < text.Length)
        {
            var isExponent = isNumber && text[position] is '+' or '-' && text[position - 1] is 'e' or 'E';
            if (!IsWord(text[position]) && !(isNumber && (text[position] == '.' || isExponent)))
                return;

            position++;
        }
    }

    void SkipSpace()
    {
        for (; position < text.Length; position++)
        {
            if (text[position] == '\n')
                line++;
            else if (At("//"))
                position = End(text.IndexOf('\n', position)) - 1;
            else if (At("/*"))
                SkipComment();
            else if (!char.IsWhiteSpace(text[position]) && text[position] != '\uFEFF')
                return;
        }
    }

    void SkipComment()
    {
        var end = End(text.IndexOf("*/", position + 2, StringComparison.Ordinal));
        line += text.AsSpan(position, end - position).Count('\n');
        position = Math.Min(text.Length, end + 2) - 1;
    }

    bool At(string sign) => string.CompareOrdinal(text, position, sign, 0, sign.Length) == 0;

    int End(int found) => found < 0 ? text.Length : found;

    string ReadText()
    {
        var quote = text[position++];
        var read = new StringBuilder();
        for (; position < text.Length && text[position] != quote; position++)
        {
            if (text[position] == '\n')
                break;

            if (text[position] != '\\')
                read.Append(text[position]);
            else if (++position < text.Length)
                read.Append(text[position] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var letter => letter });
        }

        if (position >= text.Length || text[position] != quote)
            throw Fail("a text that does not end");

        position++;
        return read.ToString();
    }
}
