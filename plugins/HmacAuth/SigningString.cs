using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gibbon.Pdk;

namespace Gibbon.Plugins.HmacAuth;

/// <summary>The text that a client has signed, as the gateway sees it (draft-cavage-http-signatures).</summary>
static class SigningString
{
    /// <summary>Whether a signature is that of the request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="parameters">What the client says of its signature; the algorithm is a known one.</param>
    /// <param name="secret">The secret.</param>
    public static bool IsSignedBy(Request request, SignatureParameters parameters, string secret)
    {
        var text = Encoding.UTF8.GetBytes(Of(request, parameters.Headers));
        var expected = Sign(parameters.Algorithm, Encoding.UTF8.GetBytes(secret), text);
        Span<byte> sent = new byte[parameters.Signature.Length];
        return Convert.TryFromBase64String(parameters.Signature, sent, out var length)
            && CryptographicOperations.FixedTimeEquals(expected, sent[..length]);
    }

    /// <summary>A line for each name: a header's first value, or what one of two special names stands for.</summary>
    internal static string Of(Request request, string[] names)
    {
        var text = new StringBuilder();
        foreach (var name in names)
        {
            if (text.Length > 0)
                text.Append('\n');

            if (request.GetHeader(name) is { } value)
                text.Append(name).Append(": ").Append(value);
            else
                AppendSpecial(text, request, name);
        }

        return text.ToString();
    }

    static void AppendSpecial(StringBuilder text, Request request, string name)
    {
        switch (name)
        {
            case "@request-target":
                text.Append(name).Append(": ").Append(request.Method.ToLowerInvariant()).Append(' ').Append(request.PathWithQuery);
                break;
            case "request-line":
                var version = request.HttpVersion ?? new Version(1, 1);
                text.Append(CultureInfo.InvariantCulture, $"{request.Method} {request.PathWithQuery} HTTP/{version.Major}.{version.Minor}");
                break;
            default:
                text.Append(name).Append(':');
                break;
        }
    }

#pragma warning disable CA5350 // clients choose among the algorithms that the operator allows
    static byte[] Sign(string algorithm, byte[] secret, byte[] text) => algorithm switch
    {
        "hmac-sha1" => HMACSHA1.HashData(secret, text),
        "hmac-sha256" => HMACSHA256.HashData(secret, text),
        "hmac-sha384" => HMACSHA384.HashData(secret, text),
        _ => HMACSHA512.HashData(secret, text),
    };
#pragma warning restore CA5350
}
