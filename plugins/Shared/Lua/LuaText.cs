using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Shared.Lua;

/// <summary>A method of texts.</summary>
/// <param name="text">The text.</param>
/// <param name="arguments">What stands between the brackets.</param>
/// <returns>Its first result.</returns>
delegate object? LuaTextMethod(string text, object?[] arguments);

/// <summary>What Lua can do with texts: <c>text:upper()</c>. As in Lua a place in a text is that of a byte.</summary>
static class LuaText
{
    const int MaxLength = 1 << 20;

    static readonly Dictionary<string, LuaTextMethod> Methods = new(StringComparer.Ordinal)
    {
        ["byte"] = static (text, arguments) =>
            Sub(text, Place(arguments, 0, 1), Place(arguments, 1, Place(arguments, 0, 1))) is { Length: > 0 } part ? (double)part[0] : null,
        ["find"] = static (text, arguments) =>
            PlaceOf(text, Argument(arguments, 0, "find"), Start(text, Place(arguments, 1, 1)), LuaValue.IsTrue(arguments.ElementAtOrDefault(2))),
        ["gsub"] = static (text, arguments) =>
            LuaPattern.Replace(text, Argument(arguments, 0, "gsub"), Argument(arguments, 1, "gsub"), Place(arguments, 2, int.MaxValue)),
        ["len"] = static (text, _) => (double)text.Length,
        ["lower"] = static (text, _) => Each(text, static c => char.IsAsciiLetterUpper(c) ? (char)(c | ' ') : c),
        ["match"] = static (text, arguments) =>
            LuaPattern.Find(text, Argument(arguments, 0, "match"), Start(text, Place(arguments, 1, 1)))?.First,
        ["rep"] = static (text, arguments) => Repeat(text, Place(arguments, 0, 0)),
        ["reverse"] = static (text, _) => string.Create(text.Length, text, static (output, from) => { from.CopyTo(output); output.Reverse(); }),
        ["sub"] = static (text, arguments) => Sub(text, Place(arguments, 0, 1), Place(arguments, 1, -1)),
        ["upper"] = static (text, _) => Each(text, static c => char.IsAsciiLetterLower(c) ? (char)(c & ~' ') : c),
    };

    static readonly HashSet<string> Others = new(StringComparer.Ordinal) { "dump", "format", "gmatch" };

    /// <summary>A method; <c>null</c> if texts have none of the name.</summary>
    public static LuaTextMethod? Find(string name) =>
        Methods.TryGetValue(name, out var method) ? (text, arguments) => Run(method, text, arguments) : null;

    /// <summary>Whether only a Lua machine has a method.</summary>
    public static bool NeedsLua(string name) => Others.Contains(name);

    /// <summary>A part of a text, from one place to another, both of which may be counted from the end.</summary>
    public static string Sub(string text, int from, int to)
    {
        from = from < 0 ? Math.Max(text.Length + from + 1, 1) : Math.Max(from, 1);
        to = to < 0 ? text.Length + to + 1 : Math.Min(to, text.Length);
        return from > to ? "" : text[(from - 1)..to];
    }

    static object? Run(LuaTextMethod method, string text, object?[] arguments)
    {
        try
        {
            return FromBytes(method(ToBytes(text), Array.ConvertAll(arguments, AsBytes)));
        }
        catch (FormatException malformed)
        {
            throw new LuaException(malformed.Message);
        }
    }

    // The place of the first byte, counted from 1.
    static object? PlaceOf(string text, string wanted, int start, bool isPlain)
    {
        if (!isPlain)
            return LuaPattern.Find(text, wanted, start) is { } match ? match.Start + 1d : null;

        var at = start > text.Length ? -1 : text.IndexOf(wanted, start, StringComparison.Ordinal);
        return at < 0 ? null : at + 1d;
    }

    // Where a search begins, counted from 0.
    static int Start(string text, int from) => from > 0 ? from - 1 : from < 0 ? Math.Max(text.Length + from, 0) : 0;

    static string Repeat(string text, int times)
    {
        if (times <= 0 || text.Length == 0)
            return "";

        return (long)text.Length * times <= MaxLength
            ? new StringBuilder().Insert(0, text, times).ToString()
            : throw new LuaException("resulting string too large");
    }

    static int Place(object?[] arguments, int index, int otherwise) =>
        arguments.ElementAtOrDefault(index) is { } given ? (int)Math.Clamp(LuaValue.ToNumber(given), int.MinValue, int.MaxValue) : otherwise;

    static string Argument(object?[] arguments, int index, string name) => arguments.ElementAtOrDefault(index) switch
    {
        string text => text,
        double or long or int => LuaValue.ToText(arguments[index]),
        var other => throw new LuaException($"bad argument #{index + 1} to '{name}' (string expected, got {LuaValue.TypeOf(other)})"),
    };

    // Each byte of the text as one character.
    static string ToBytes(string text) => Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    static object? AsBytes(object? value) => value is string text ? ToBytes(text) : value;

    static object? FromBytes(object? value) =>
        value is string text && !Ascii.IsValid(text) ? Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text)) : value is long number ? (double)number : value;

    static string Each(string text, Func<char, char> change) => string.Create(text.Length, (text, change), static (output, from) =>
    {
        for (var i = 0; i < output.Length; i++)
            output[i] = from.change(from.text[i]);
    });
}
