using System.Globalization;
using System.Net;
using Gibbon.Dns;

namespace Gibbon.Balancing;

/// <summary>A target's <c>host:port</c>, taken apart. An IPv6 address keeps its brackets, as Kong shows and hashes it.</summary>
internal readonly record struct TargetName(string Host, int Port)
{
    /// <summary>The address when the host is one; null when it is a name to resolve.</summary>
    public IPAddress? Literal => AddressLiteral.Parse(Host);

    /// <summary>Reads the text of a stored target, which always has a port.</summary>
    public static TargetName Parse(string target)
    {
        int colon = target.LastIndexOf(':');
        return new TargetName(target[..colon], int.Parse(target.AsSpan(colon + 1), CultureInfo.InvariantCulture));
    }

    /// <summary>An address as Kong writes it: one of IPv6 in brackets.</summary>
    public static string TextOf(IPAddress address) =>
        address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
}
