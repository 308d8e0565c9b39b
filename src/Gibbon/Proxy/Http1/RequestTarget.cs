using System.Buffers;
using System.Text;

namespace Gibbon.Proxy.Http1;

/// <summary>What a request target may look like.</summary>
internal static class RequestTarget
{
    private static readonly SearchValues<byte> HostLetters =
        SearchValues.Create("!$&'()*+-.;=_~%0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> AddressLetters = SearchValues.Create(".:0123456789ABCDEFabcdef"u8);

    private static readonly SearchValues<byte> Forbidden = SearchValues.Create([.. Enumerable.Range(0, 33).Select(i => (byte)i), 0x7f, (byte)'#']);

    /// <summary>No white space, no control characters, no fragment. Bytes beyond ASCII pass, as Kong lets them.</summary>
    public static bool HasOnlyAllowedLetters(ReadOnlySpan<byte> target) => !target.ContainsAny(Forbidden);

    /// <summary>Splits <c>http://authority/path</c>; false when the target is in no such form.</summary>
    public static bool TrySplitAbsolute(ReadOnlySpan<byte> target, out Range authority, out int path)
    {
        authority = default;
        path = 0;
        var start = target.IndexOf("://"u8);
        if (start is not (4 or 5)) return false;
        if (!Ascii.EqualsIgnoreCase(target[..start], "http"u8) && !Ascii.EqualsIgnoreCase(target[..start], "https"u8)) return false;

        start += 3;
        var length = target[start..].IndexOfAny((byte)'/', (byte)'?');
        path = length < 0 ? target.Length : start + length;
        authority = start..path;
        return true;
    }

    /// <summary>A host name, an address or an address in brackets, perhaps with a port.</summary>
    public static bool IsAuthority(ReadOnlySpan<byte> authority)
    {
        int end;
        if (authority.StartsWith("["u8))
        {
            end = authority.IndexOf((byte)']') + 1;
            if (end < 3 || authority[1..(end - 1)].ContainsAnyExcept(AddressLetters)) return false;
        }
        else
        {
            end = authority.IndexOfAnyExcept(HostLetters);
            if (end < 0) end = authority.Length;
            if (end == 0 || authority[..end].IndexOf(".."u8) >= 0) return false;
        }

        return end == authority.Length || (authority[end] == ':' && IsPort(authority[(end + 1)..]));
    }

    /// <summary>Whether the path (no query) has sound percent-encodings, no encoded NUL, and never climbs above the root.</summary>
    public static bool IsSoundPath(ReadOnlySpan<byte> path) =>
        (path.IndexOf((byte)'%') < 0 && path.IndexOf("/."u8) < 0) || Walk(path);

    private static bool IsPort(ReadOnlySpan<byte> port)
    {
        var number = 0;
        foreach (var digit in port)
        {
            if (digit is < (byte)'0' or > (byte)'9' || (number = (number * 10) + digit - '0') > 65535) return false;
        }

        return true;
    }

    // Counts segments as nginx does: decoded, with empty ones merged.
    private static bool Walk(ReadOnlySpan<byte> path)
    {
        var depth = 0;
        var length = 0;
        var dots = 0;
        for (var i = 0; i <= path.Length; i++)
        {
            int letter = '/';
            if (i < path.Length)
            {
                letter = path[i];
                if (letter == '%')
                {
                    if (i + 2 >= path.Length || !IsHex(path[i + 1]) || !IsHex(path[i + 2])) return false;

                    letter = (Hex(path[i + 1]) << 4) | Hex(path[i + 2]);
                    if (letter == 0) return false;

                    i += 2;
                }
            }

            if (letter != '/')
            {
                length++;
                if (letter == '.') dots++;
                continue;
            }

            if (length == 2 && dots == 2) depth--;
            else if (length > 0 && !(length == 1 && dots == 1)) depth++;
            if (depth < 0) return false;

            length = dots = 0;
        }

        return true;
    }

    private static bool IsHex(byte letter) => char.IsAsciiHexDigit((char)letter);

    private static int Hex(byte letter) => letter <= '9' ? letter - '0' : (letter | 0x20) - 'a' + 10;
}
