using System.Buffers.Text;
using System.Text;

namespace Gibbon.Plugins.GrpcWeb;

/// <summary>Base64 as gRPC-Web sends it: several texts in a row, each padded for itself.</summary>
static class Base64Pieces
{
    /// <summary>Decodes them.</summary>
    /// <returns>The bytes; <c>null</c> if it is no base64.</returns>
    public static byte[]? Decode(ReadOnlySpan<byte> text)
    {
        var decoded = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        var length = 0;
        while (!text.IsEmpty)
        {
            var padding = text.IndexOf((byte)'=');
            var end = padding < 0 ? text.Length : padding + 1;
            while (end < text.Length && text[end] == '=')
                end++;

            if (Base64.DecodeFromUtf8(text[..end], decoded.AsSpan(length), out _, out var written) != System.Buffers.OperationStatus.Done)
                return null;

            length += written;
            text = text[end..];
        }

        return decoded[..length];
    }

    /// <summary>Encodes one.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> data) => Encoding.ASCII.GetBytes(Convert.ToBase64String(data));
}
