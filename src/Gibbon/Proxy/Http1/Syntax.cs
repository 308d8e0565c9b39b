using System.Buffers;
using System.Text;

namespace Gibbon.Proxy.Http1;

/// <summary>The letters and lists of HTTP/1, shared by the parsers of both sides.</summary>
internal static class Syntax
{
    /// <summary>Letters of field names that the front end lets through; nginx drops fields with any other.</summary>
    public static readonly SearchValues<byte> OrdinaryName =
        SearchValues.Create("-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>All letters a field name may have (tchar).</summary>
    public static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>What a field value must not hold; other control characters pass, as Kong lets them.</summary>
    public static readonly SearchValues<byte> NotInValue = SearchValues.Create("\0\r\n"u8);

    /// <summary>White space that may surround a value.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> value)
    {
        while (value.Length > 0 && value[0] is (byte)' ' or (byte)'\t') value = value[1..];
        while (value.Length > 0 && value[^1] is (byte)' ' or (byte)'\t') value = value[..^1];
        return value;
    }

    /// <summary>Whether a comma-separated list has this token, letter case aside.</summary>
    public static bool HasToken(ReadOnlySpan<byte> list, ReadOnlySpan<byte> token)
    {
        while (true)
        {
            var comma = list.IndexOf((byte)',');
            if (Ascii.EqualsIgnoreCase(Trim(comma < 0 ? list : list[..comma]), token)) return true;
            if (comma < 0) return false;

            list = list[(comma + 1)..];
        }
    }

    /// <summary>Whether a Transfer-Encoding says "chunked" and nothing else.</summary>
    public static bool IsChunked(ReadOnlySpan<byte> value) => Ascii.EqualsIgnoreCase(value, "chunked"u8);

    /// <summary>Reads a Content-Length: digits and nothing else, within 63 bits.</summary>
    public static bool TryReadLength(ReadOnlySpan<byte> value, out long length)
    {
        length = 0;
        if (value.IsEmpty) return false;

        foreach (var letter in value)
        {
            var digit = letter - '0';
            if ((uint)digit > 9 || length > (long.MaxValue - digit) / 10) return false;

            length = (length * 10) + digit;
        }

        return true;
    }
}
