using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gibbon.Proxy.Messages;

/// <summary>Header fields made from text: what could end a line, or a name, is percent-encoded, as Kong's web server does it.</summary>
internal static class HeaderText
{
    /// <summary>Control characters, which no value may hold; the tab may stand.</summary>
    public static readonly SearchValues<char> Unsafe = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Where(static code => code != '\t').Select(static code => (char)code), '\x7f']);

    private static readonly SearchValues<char> UnsafeInName = SearchValues.Create(
        [.. Enumerable.Range(0, 0x21).Select(static code => (char)code), .. "\"(),/:;<=>?@[\\]{}\x7f"]);

    /// <summary>A value with its unsafe characters encoded.</summary>
    public static string Escape(string value) => Escape(value, Unsafe);

    /// <summary>A name with its unsafe characters encoded; the same string when there are none.</summary>
    public static string EscapeName(string name) => name.AsSpan().ContainsAny(UnsafeInName) ? Escape(name, UnsafeInName) : name;

    private static string Escape(string text, SearchValues<char> unsafeCharacters)
    {
        StringBuilder escaped = new(text.Length + 16);
        foreach (char letter in text)
        {
            if (unsafeCharacters.Contains(letter))
            {
                escaped.Append(CultureInfo.InvariantCulture, $"%{(int)letter:X2}");
            }
            else
            {
                escaped.Append(letter);
            }
        }

        return escaped.ToString();
    }
}
