using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Jwt;

/// <summary>A JSON Web Token in its compact form (RFC 7519), taken apart but not yet believed.</summary>
/// <param name="Algorithm">The algorithm that its header names: a known one.</param>
/// <param name="Header">Its header.</param>
/// <param name="Claims">Its claims; empty if they are a list.</param>
/// <param name="Signed">What is signed: header and claims as they were sent.</param>
/// <param name="Signature">The signature.</param>
sealed record Token(string Algorithm, ValueMap Header, ValueMap Claims, byte[] Signed, byte[] Signature)
{
    static readonly SearchValues<char> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Takes a token apart.</summary>
    /// <param name="text">The token.</param>
    /// <param name="token">The token; <c>null</c> if it cannot be one.</param>
    /// <param name="error">Why it cannot, in Kong's words.</param>
    public static bool TryRead(string text, [NotNullWhen(true)] out Token? token, [NotNullWhen(false)] out string? error)
    {
        token = null;
        error = "invalid JSON";
        var headerEnd = text.IndexOf('.', StringComparison.Ordinal);
        var claimsEnd = headerEnd < 0 ? -1 : text.IndexOf('.', headerEnd + 1);
        if (claimsEnd < 0
            || !TryReadJson(text.AsSpan(0, headerEnd), out var header)
            || !TryReadJson(text.AsSpan(headerEnd + 1, claimsEnd - headerEnd - 1), out var claims))
            return false;

        error = "invalid alg";
        if ((header as ValueMap)?.GetString("alg") is not { } algorithm || !IsKnown(algorithm))
            return false;

        error = "invalid claims";
        if (claims is not (ValueMap or ValueList))
            return false;

        error = "invalid signature";
        if (!TryDecode(text.AsSpan(claimsEnd + 1), out var signature))
            return false;

        error = null;
        token = new Token(algorithm, (ValueMap)header!, claims as ValueMap ?? [], Encoding.UTF8.GetBytes(text, 0, claimsEnd), signature);
        return true;
    }

    /// <summary>Decodes base64 with the letters of URLs (RFC 4648, section 5), padded or not. What follows the padding and bits that are left over do not matter, as in Kong.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        var padding = text.IndexOf('=');
        text = padding < 0 ? text : text[..padding];
        if (text.ContainsAnyExcept(Letters) || text.Length % 4 == 1)
            return false;

        var padded = new char[(text.Length + 3) / 4 * 4];
        padded.AsSpan().Fill('=');
        text.CopyTo(padded);
        padded.AsSpan().Replace('-', '+');
        padded.AsSpan().Replace('_', '/');
        bytes = Convert.FromBase64CharArray(padded, 0, padded.Length);
        return true;
    }

    static bool TryReadJson(ReadOnlySpan<char> part, out object? value)
    {
        value = null;
        return TryDecode(part, out var json) && ValueJson.TryRead(json, out value, out _);
    }

    /// <summary><c>none</c> is not among them.</summary>
    static bool IsKnown(string algorithm) => algorithm is "HS256" or "HS384" or "HS512" or "RS256" or "RS384" or "RS512"
        or "ES256" or "ES384" or "ES512" or "PS256" or "PS384" or "PS512" or "EdDSA";
}
