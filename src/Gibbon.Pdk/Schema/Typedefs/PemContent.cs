using System.Security.Cryptography;

namespace Gibbon.Pdk.Schemas;

/// <summary>The bytes of a key in PEM; gone from memory when they are disposed of.</summary>
readonly struct PemContent : IDisposable
{
    readonly byte[] buffer;

    PemContent(byte[] buffer, int length)
    {
        this.buffer = buffer;
        Bytes = buffer.AsMemory(0, length);
    }

    public ReadOnlyMemory<byte> Bytes { get; }

    /// <exception cref="CryptographicException">It is no Base64.</exception>
    public static PemContent Of(string text, PemFields fields)
    {
        var buffer = new byte[fields.DecodedDataLength];
        return Convert.TryFromBase64Chars(text.AsSpan()[fields.Base64Data], buffer, out var length)
            ? new PemContent(buffer, length)
            : throw new CryptographicException("no Base64");
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(buffer);
}
