using System.Buffers.Text;
using System.Text;

namespace Gibbon.Plugins.Shared;

/// <summary>Base64 as Kong's web server reads it: padding may be missing, what follows it is passed over, white space is an error.</summary>
static class LenientBase64
{
    /// <summary>Decodes.</summary>
    /// <param name="base64">The digits.</param>
    /// <returns><c>null</c> if there is something else among them.</returns>
    public static byte[]? Decode(ReadOnlySpan<byte> base64)
    {
        var padding = base64.IndexOf((byte)'=');
        var digits = padding < 0 ? base64 : base64[..padding];
        var padded = new byte[(digits.Length + 3) / 4 * 4];
        padded.AsSpan().Fill((byte)'=');
        digits.CopyTo(padded);

        // .NET's decoder skips white space.
        if (digits.IndexOfAny(" \t\r\n"u8) >= 0 || !Base64.IsValid(padded))
            return null;

        Base64.DecodeFromUtf8InPlace(padded, out var length);
        return padded[..length];
    }

    /// <inheritdoc cref="Decode(ReadOnlySpan{byte})"/>
    public static byte[]? Decode(string base64) => Decode(Encoding.UTF8.GetBytes(base64));
}
