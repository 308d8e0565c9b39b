using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gibbon.Settings;

/// <summary>Addresses and CIDR blocks as people write them, host bits and all: <c>10.1.2.3/8</c>.</summary>
internal static class IpNetworks
{
    public static IPNetwork? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        if (!IPAddress.TryParse(host, out var address) || !IsWrittenOut(host, address))
            return null;

        var bits = address.AddressFamily is AddressFamily.InterNetwork ? 32 : 128;
        var length = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > bits))
            return null;
        return new IPNetwork(Masked(address, length), length);
    }

    // IPAddress also reads "10" and "0x0a000001"; nobody means those.
    private static bool IsWrittenOut(string host, IPAddress address) =>
        address.AddressFamily is AddressFamily.InterNetworkV6 || host.Count(c => c == '.') == 3;

    private static IPAddress Masked(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = Math.Clamp(length - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - kept));
        }

        return new IPAddress(bytes);
    }
}
