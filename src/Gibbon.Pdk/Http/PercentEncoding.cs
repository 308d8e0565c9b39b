using System.Buffers;
using System.Text;

namespace Gibbon.Pdk;

/// <summary>Percent-encoding as Kong does it.</summary>
static class PercentEncoding
{
    static readonly SearchValues<byte> PathBytes =
        SearchValues.Create("!#$&'()*+,/:;=?@[]ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~%"u8);

    /// <summary>Escapes what may not stand in a path; escapes that are there stay.</summary>
    public static string EscapePath(string path)
    {
        var bytes = Encoding.UTF8.GetBytes(path);
        var first = bytes.AsSpan().IndexOfAnyExcept(PathBytes);
        if (first < 0)
            return path;

        var text = new StringBuilder(path, 0, first, path.Length + 16);
        foreach (var b in bytes.AsSpan(first))
        {
            if (PathBytes.Contains(b))
                text.Append((char)b);
            else
                text.Append('%').Append(Convert.ToHexString([b]));
        }

        return text.ToString();
    }

    /// <summary>Decodes a part of a query: <c>+</c> is a space, and what is not an escape stays as it is.</summary>
    public static string DecodeArgument(ReadOnlySpan<char> text)
    {
        if (text.IndexOfAny('%', '+') < 0)
            return text.ToString();

        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Unescape(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)));
        var decoded = Encoding.UTF8.GetString(bytes, 0, length);
        ArrayPool<byte>.Shared.Return(bytes);
        return decoded;
    }

    static int Unescape(Span<byte> bytes)
    {
        var length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            var b = bytes[i];
            if (b == '%' && i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2]))
            {
                b = (byte)(Digit(bytes[i + 1]) << 4 | Digit(bytes[i + 2]));
                i += 2;
            }
            else if (b == '+')
            {
                b = (byte)' ';
            }

            bytes[length++] = b;
        }

        return length;
    }

    static int Digit(byte c) => c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
}
