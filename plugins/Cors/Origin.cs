namespace Gibbon.Plugins.Cors;

/// <summary>An origin (RFC 6454) in the form in which origins are compared.</summary>
/// <param name="Text">Scheme, host, and the port if it is not the scheme's own.</param>
/// <param name="Host">The host alone; the whole text if there is none.</param>
readonly record struct Origin(string Text, string Host)
{
    /// <summary>Normalises a text; what is no origin stays as it is.</summary>
    public static Origin Parse(string text)
    {
        var slashes = text.IndexOf("//", StringComparison.Ordinal);
        var scheme = slashes > 0 && text[slashes - 1] == ':' ? text[..(slashes - 1)] : null;
        if (slashes < 0 || (slashes > 0 && scheme is null))
            return new Origin(text, text);

        var authority = text[(slashes + 2)..];
        authority = authority[..End(authority)];
        authority = authority[(authority.LastIndexOf('@') + 1)..];
        var colon = authority.LastIndexOf(':');
        var isPort = colon > authority.LastIndexOf(']');
        var host = isPort ? authority[..colon] : authority;
        if (host.Length == 0)
            return new Origin(text, text);

        var port = isPort ? authority[(colon + 1)..] : "";
        var isOwnPort = port.Length == 0 || (scheme, port) is ("http", "80") or ("https", "443");
        return new Origin($"{(scheme is null ? "" : $"{scheme}://")}{host}{(isOwnPort ? "" : $":{port}")}", host);
    }

    static int End(string authority)
    {
        var end = authority.AsSpan().IndexOfAny("/?#");
        return end < 0 ? authority.Length : end;
    }
}
