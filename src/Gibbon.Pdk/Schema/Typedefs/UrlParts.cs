using System.Globalization;

namespace Gibbon.Pdk.Schemas;

/// <summary>A URL taken apart as leniently as Kong does it: everything may be missing, nothing is refused.</summary>
readonly record struct UrlParts(string? Scheme, string? Host, int? Port, string? Path)
{
    public static UrlParts Parse(string url)
    {
        var rest = Cut(Cut(url.AsSpan(), '#'), '?');
        string? scheme = null;
        var colon = rest.IndexOf(':');
        if (colon > 0 && char.IsAsciiLetter(rest[0]) && !rest[..colon].ContainsAnyExcept(SchemeCharacters))
        {
            scheme = rest[..colon].ToString();
            rest = rest[(colon + 1)..];
        }
        if (!rest.StartsWith("//"))
        {
            return new(scheme, null, null, rest.IsEmpty ? null : rest.ToString());
        }
        rest = rest[2..];
        var slash = rest.IndexOf('/');
        var authority = slash < 0 ? rest : rest[..slash];
        var path = slash < 0 ? null : rest[slash..].ToString();
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        int? port = null;
        var portColon = authority.LastIndexOf(':');
        if (portColon >= 0 && !authority[portColon..].Contains(']'))
        {
            port = int.TryParse(authority[(portColon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
            authority = authority[..portColon];
        }
        if (authority is ['[', _, .., ']'])
        {
            authority = authority[1..^1];
        }
        return new(scheme, authority.IsEmpty ? null : authority.ToString(), port, path);
    }

    static readonly System.Buffers.SearchValues<char> SchemeCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    static ReadOnlySpan<char> Cut(ReadOnlySpan<char> text, char mark)
    {
        var place = text.IndexOf(mark);
        return place < 0 ? text : text[..place];
    }
}
