using System.Globalization;
using System.Text;

namespace Gibbon.Pdk.Schemas;

/// <content>Names, headers, paths, URLs, versions.</content>
public static partial class Typedefs
{
    /// <summary>A method of HTTP, in capitals.</summary>
    public static Field HttpMethod(this Field field) => field.With(new MatchValidator("^%u+$"));

    /// <summary>The name of a header: letters, digits, <c>_</c> and <c>-</c>.</summary>
    public static Field HeaderName(this Field field) => field.Checked(static text =>
        text.Length > 0 && text.All(static character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-')
            ? null
            : $"bad header name '{text}', allowed characters are A-Z, a-z, 0-9, '_', and '-'");

    /// <summary>The name of a cookie: a token (RFC 2616).</summary>
    public static Field CookieName(this Field field) => field.Checked(static text =>
        text.Length > 0 && text.All(static character => character is > ' ' and < '\x7f' && !"()<>@,;:\\\"/?={}[]".Contains(character, StringComparison.Ordinal))
            ? null
            : "contains one or more invalid characters. ASCII control characters (0-31;127), space, tab and the characters ()<>@,;:\\\"/?={}[] are not allowed.");

    /// <summary>A name of letters, digits and <c>. - _ ~</c>.</summary>
    public static Field Name(this Field field) => field.Checked(static text =>
        text.All(IsNameCharacter) ? null : $"invalid value '{text}': it must only contain alphanumeric and '., -, _, ~' characters");

    /// <summary>A name of letters, digits, <c>. - _ ~</c> and any characters beyond ASCII.</summary>
    public static Field Utf8Name(this Field field) => field.Checked(static text =>
    {
        if (InvalidUtf8(text) is { } place)
        {
            return string.Create(CultureInfo.InvariantCulture, $"invalid utf-8 character sequence detected at position {place}");
        }
        return text.All(static character => !char.IsAscii(character) || IsNameCharacter(character))
            ? null
            : $"invalid value '{text}': the only accepted ascii characters are alphanumerics or ., -, _, and ~";
    });

    /// <summary>A tag: printable ASCII but <c>,</c> and <c>/</c>, or characters beyond ASCII. Must not be null.</summary>
    public static Field Tag(this Field field) => (field with { Required = true }).Checked(static text =>
        InvalidUtf8(text) is null && text.All(static character => character is >= ' ' and not ('\x7f' or ',' or '/'))
            ? null
            : $"invalid tag '{text}': expected printable ascii (except `,` and `/`) or valid utf-8 sequences");

    /// <summary>A path of a URL (RFC 3986) without empty segments.</summary>
    public static Field Path(this Field field) => field
        .With(new StartsWithValidator("/"))
        .With(new MatchNoneValidator([new("//", "must not have empty segments")]))
        .Checked(CheckPath);

    /// <summary>A path of a route: a normalised prefix, or a regular expression after <c>~</c>.</summary>
    public static Field RouterPath(this Field field) => field
        .With(new MatchAnyValidator(["^/", "^~/"], "should start with: / (fixed path) or ~/ (regex path)"))
        .With(new MatchNoneValidator([new("//", "must not have empty segments")]))
        .Checked(CheckRouterPath);

    /// <summary>A URL with a scheme and a host.</summary>
    public static Field Url(this Field field) => field.Checked(static text => UrlParts.Parse(text) switch
    {
        { Host: null or "" } => "missing host in url",
        { Scheme: null } => "missing scheme in url",
        _ => null,
    });

    /// <summary>A version <c>X.Y.Z</c>, perhaps with a suffix.</summary>
    public static Field SemanticVersion(this Field field) => field
        .With(new MatchAnyValidator(["^%d+[%.%d]*$", "^%d+[%.%d]*%-?.*$"], "invalid version number: must be in format of X.Y.Z"))
        .With(new MatchNoneValidator([new("%.%.", "must not have empty version segments")]));

    static string? CheckPath(string path)
    {
        return IsOfReservedList(path) ? CheckPercents(path) : $"invalid path: '{path}' (characters outside of the reserved list of RFC 3986 found)";
    }

    static bool IsOfReservedList(string path) =>
        path.All(static character => char.IsAsciiLetterOrDigit(character) || ".-_~/%:@!$&'()*+,;=".Contains(character, StringComparison.Ordinal));

    static string? CheckPercents(string path)
    {
        for (var at = path.IndexOf('%', StringComparison.Ordinal); at >= 0; at = path.IndexOf('%', at + 1))
        {
            if (at + 2 >= path.Length || !char.IsAsciiHexDigit(path[at + 1]) || !char.IsAsciiHexDigit(path[at + 2]))
            {
                return $"invalid url-encoded value: '{path.AsSpan(at, Math.Min(3, path.Length - at))}'";
            }
        }
        return null;
    }

    static string? CheckRouterPath(string path)
    {
        if (path[0] != '~')
        {
            if (IsOfReservedList(path) && CheckPercents(path) is { } malformed)
            {
                return malformed;
            }
            var normal = UriNormalizer.Normalize(path);
            return string.Equals(normal, path, StringComparison.Ordinal) ? null : $"non-normalized path, consider use '{normal}' instead";
        }
        var regex = path[1..];
        return RegexSyntax.Error(regex) is { } error ? $"invalid regex: '{regex}' (PCRE returned: {error})" : null;
    }

    static bool IsNameCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_' or '~';

    /// <summary>The place, in bytes and from 1, of what is not UTF-8: half a surrogate pair, or the mark a decoder leaves for a broken sequence.</summary>
    static int? InvalidUtf8(string text)
    {
        var place = 1;
        for (var at = 0; at < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var taken) != System.Buffers.OperationStatus.Done || rune == Rune.ReplacementChar)
            {
                return place;
            }
            place += rune.Utf8SequenceLength;
            at += taken;
        }
        return null;
    }
}
