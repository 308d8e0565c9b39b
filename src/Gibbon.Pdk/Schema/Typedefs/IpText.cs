using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gibbon.Pdk.Schemas;

/// <summary>IP addresses and ranges as texts.</summary>
static class IpText
{
    public static bool IsAddress(string text) => NormalizeV4(text) is not null || NormalizeV6(text.Trim('[', ']')) is not null;

    public static bool IsRange(string text) => IsRangeV4(text) || IsRangeOf(text, 128, static address => NormalizeV6(address) is not null);

    public static bool IsRangeV4(string text) => IsRangeOf(text, 32, static address => NormalizeV4(address) is not null);

    static bool IsRangeOf(string text, int bits, Func<string, bool> isAddress)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            && text.Length - slash is 2 or 3 or 4
            && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && length <= bits
            && isAddress(text[..slash]);
    }

    /// <summary>Four numbers up to 255, without leading zeros; <c>null</c> when the text is no IPv4 address.</summary>
    public static string? NormalizeV4(string text)
    {
        Span<Range> parts = stackalloc Range[5];
        if (text.AsSpan().Split(parts, '.') != 4)
        {
            return null;
        }
        Span<int> octets = stackalloc int[4];
        for (var place = 0; place < 4; place++)
        {
            var part = text.AsSpan(parts[place]);
            if (part.Length is 0 or > 3 || !int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out octets[place]) || octets[place] > 255)
            {
                return null;
            }
        }
        return string.Create(CultureInfo.InvariantCulture, $"{octets[0]}.{octets[1]}.{octets[2]}.{octets[3]}");
    }

    /// <summary>Eight groups of four digits, in lower case, without brackets; <c>null</c> when the text is no IPv6 address.</summary>
    public static string? NormalizeV6(string text)
    {
        if (!text.Contains(':', StringComparison.Ordinal) || text.Contains('%', StringComparison.Ordinal) || text.Contains('[', StringComparison.Ordinal)
            || !IPAddress.TryParse(text, out var address) || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return null;
        }
        var groups = Convert.ToHexStringLower(address.GetAddressBytes());
        return string.Join(':', Enumerable.Range(0, 8).Select(place => groups.Substring(place * 4, 4)));
    }
}
