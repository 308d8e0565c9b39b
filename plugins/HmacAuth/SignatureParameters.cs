namespace Gibbon.Plugins.HmacAuth;

/// <summary>What a client says of its signature, in <c>Authorization</c> or <c>Proxy-Authorization</c>.</summary>
/// <param name="Username">The name of the credential.</param>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="Headers">What is signed, in this order.</param>
/// <param name="Signature">The signature, in base64.</param>
sealed record SignatureParameters(string Username, string Algorithm, string[] Headers, string Signature)
{
    /// <summary>
    /// Reads a header's value; the parameters come in one order only. Names and values may hold quotes: like Kong's, each value takes as much as it
    /// can, so they are found from the end. A regular expression that stays linear takes as long as all the rest of the plugin.
    /// </summary>
    /// <returns><c>null</c> if it holds no signature.</returns>
    public static SignatureParameters? Read(string? header)
    {
        var rest = header.AsSpan();
        rest = rest[..Math.Max(rest.LastIndexOf('"'), 0)];
        return TakeLast(ref rest, "signature=\"") is { } signature
            && TakeLast(ref rest, "headers=\"") is { } headers
            && TakeLast(ref rest, "algorithm=\"") is { } algorithm
            && FindUsername(rest) is { } username
            ? new SignatureParameters(username, algorithm, headers.Split(' '), signature)
            : null;
    }

    /// <summary>Takes the last value that follows a quote, a comma and the name; what is before the quote is left.</summary>
    static string? TakeLast(ref ReadOnlySpan<char> rest, ReadOnlySpan<char> name)
    {
        for (var before = rest; before.LastIndexOf(name) is var place and >= 0; before = rest[..(place + name.Length - 1)])
        {
            var end = rest[..place].TrimEnd();
            if (place + name.Length == rest.Length || !end.EndsWith("\","))
                continue;

            var value = rest[(place + name.Length)..].ToString();
            rest = end[..^2];
            return value;
        }

        return null;
    }

    /// <summary>What follows the first scheme and name, which may stand anywhere.</summary>
    static string? FindUsername(ReadOnlySpan<char> rest)
    {
        const string Name = "username=\"";
        while (rest.IndexOf("mac") is var place and >= 0)
        {
            var isScheme = place > 0 && rest[place - 1] is 'h' or 'H';
            rest = rest[(place + "mac".Length)..];
            var after = rest.TrimStart();
            if (isScheme && after.StartsWith(Name))
                return after.Length == Name.Length ? null : after[Name.Length..].ToString();
        }

        return null;
    }
}
