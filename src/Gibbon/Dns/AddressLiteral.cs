using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Gibbon.Dns;

/// <summary>
/// Hosts that are addresses. What consists of digits and dots is meant as an IPv4 address, what has colons as an IPv6 address, so that no
/// name server is asked for a mistyped one; the shorthands of old (<c>127.1</c>, <c>0x7f000001</c>) are none.
/// </summary>
internal static class AddressLiteral
{
    private static readonly SearchValues<char> DigitsAndDots = SearchValues.Create("0123456789.");

    public static bool LooksLikeIPv4(ReadOnlySpan<char> host) => !host.IsEmpty && !host.ContainsAnyExcept(DigitsAndDots);

    public static bool LooksLikeIPv6(ReadOnlySpan<char> host) => host.Contains(':');

    /// <summary>The address that a host is, with or without brackets; null when it is a name or no proper address.</summary>
    public static IPAddress? Parse(ReadOnlySpan<char> host)
    {
        if (LooksLikeIPv4(host))
        {
            return host.Count('.') == 3 && !HasLeadingZero(host) && IPAddress.TryParse(host, out IPAddress? v4) ? v4 : null;
        }

        if (!LooksLikeIPv6(host))
        {
            return null;
        }

        ReadOnlySpan<char> bare = host is ['[', .., ']'] ? host[1..^1] : host;
        return !bare.ContainsAny('[', ']') && IPAddress.TryParse(bare, out IPAddress? v6) && v6.AddressFamily == AddressFamily.InterNetworkV6 ? v6 : null;
    }

    // A leading zero means octal to some and nothing to others; an address must mean one thing.
    private static bool HasLeadingZero(ReadOnlySpan<char> host)
    {
        for (int index = 0; index + 1 < host.Length; index++)
        {
            if (host[index] == '0' && host[index + 1] != '.' && (index == 0 || host[index - 1] == '.'))
            {
                return true;
            }
        }

        return false;
    }
}
