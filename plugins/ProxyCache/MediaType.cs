using System.Buffers;

namespace Gibbon.Plugins.ProxyCache;

/// <summary>A media type with its parameters (RFC 2045, section 5.1).</summary>
/// <param name="Type">The type in lower case; <c>*</c> is any.</param>
/// <param name="Subtype">The subtype in lower case; <c>*</c> is any.</param>
/// <param name="Parameters">The parameters, names in lower case.</param>
sealed record MediaType(string Type, string Subtype, IReadOnlyDictionary<string, string> Parameters)
{
    const string Spaces = " \t";

    static readonly SearchValues<char> TokenLetters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>What is no media type: only a wish for any type covers it.</summary>
    public static MediaType Unknown { get; } = new("", "", new Dictionary<string, string>());

    /// <summary>Reads a media type.</summary>
    /// <returns><c>null</c> if it is none.</returns>
    public static MediaType? Parse(string text)
    {
        ReadOnlySpan<char> rest = text;
        var type = TakeToken(ref rest).ToString();
        var subtype = "*";
        if (rest.StartsWith('/'))
        {
            rest = rest[1..];
            subtype = TakeToken(ref rest).ToString();
        }
        else if (type != "*")
        {
            return null;
        }

        return type.Length > 0 && subtype.Length > 0 && ReadParameters(rest) is { } parameters
            ? new MediaType(type.ToLowerInvariant(), subtype.ToLowerInvariant(), parameters)
            : null;
    }

    /// <summary>Whether another type is meant by this one: with the same parameters, no more and no fewer. Their values are told apart by case, as in Kong.</summary>
    public bool Covers(MediaType other)
    {
        if ((Type != "*" && Type != other.Type) || (Subtype != "*" && Subtype != other.Subtype) || Parameters.Count != other.Parameters.Count)
            return false;

        foreach (var (name, value) in Parameters)
            if (!other.Parameters.TryGetValue(name, out var same) || same != value)
                return false;

        return true;
    }

    static Dictionary<string, string>? ReadParameters(ReadOnlySpan<char> rest)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        while (!rest.IsEmpty)
        {
            rest = rest.TrimStart(Spaces);
            if (!rest.StartsWith(';'))
                return null;

            rest = rest[1..].TrimStart(Spaces);
            var name = TakeToken(ref rest);
            if (name.IsEmpty || !rest.StartsWith('='))
                return null;

            rest = rest[1..];
            if (TakeValue(ref rest) is not { } value)
                return null;

            parameters[name.ToString().ToLowerInvariant()] = value;
        }

        return parameters;
    }

    static string? TakeValue(ref ReadOnlySpan<char> rest)
    {
        if (!rest.StartsWith('"'))
            return TakeToken(ref rest) is { Length: > 0 } token ? token.ToString() : null;

        var length = rest[1..].IndexOf('"');
        if (length < 0 || rest.Slice(1, length).ContainsAnyInRange('\0', '\x1f') || rest.Slice(1, length).Contains('\x7f'))
            return null;

        var text = rest.Slice(1, length).ToString();
        rest = rest[(length + 2)..];
        return text;
    }

    static ReadOnlySpan<char> TakeToken(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAnyExcept(TokenLetters);
        var token = end < 0 ? rest : rest[..end];
        rest = rest[token.Length..];
        return token;
    }
}
