using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using Gibbon.Proxy.Listeners;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Streams;
using Gibbon.Settings;

namespace Gibbon.Proxy.Exchanges;

/// <summary>The client's address as a trusted peer tells it: nginx's rules for <c>real_ip_header</c> and <c>real_ip_recursive</c>.</summary>
internal static class RealIp
{
    /// <summary>Reads the address from the configured header. Asked only of a trusted peer.</summary>
    public static bool TryRead(RealIpSettings settings, Downstream downstream, [NotNullWhen(true)] out IPAddress? address, out int port)
    {
        address = null;
        port = 0;
        // A stream has no headers: nothing but the PROXY protocol can tell.
        if (settings.FromProxyProtocol || downstream is StreamSession)
        {
            if (downstream.ConnectionFeatures?.Get<ProxyProtocolHeader>()?.Source is not { } source)
            {
                return false;
            }

            address = source.Address.IsIPv4MappedToIPv6 ? source.Address.MapToIPv4() : source.Address;
            port = source.Port;
            return true;
        }

        HeaderTable headers = downstream.Request.Headers;
        ReadOnlySpan<byte> value = default;
        for (int i = headers.Find(settings.Header); i >= 0; i = headers.Find(settings.Header, i + 1))
        {
            value = headers.Value(i);
        }

        if (!ListsSeveral(settings.Header))
        {
            return TryParse(value, out address, out port);
        }

        // From the right: the last address that is not itself trusted, or just the last one.
        while (!value.IsEmpty)
        {
            int comma = value.LastIndexOf((byte)',');
            if (!TryParse(value[(comma + 1)..].Trim(" \t"u8), out IPAddress? next, out int nextPort))
            {
                break;
            }

            address = next;
            port = nextPort;
            if (!settings.Recursive || !settings.Trusts(next))
            {
                break;
            }

            value = comma < 0 ? default : value[..comma];
        }

        return address is not null;
    }

    private static bool ListsSeveral(string header) => header.Equals("X-Forwarded-For", StringComparison.OrdinalIgnoreCase);

    private static bool TryParse(ReadOnlySpan<byte> value, [NotNullWhen(true)] out IPAddress? address, out int port)
    {
        address = null;
        port = 0;
        if (value.IsEmpty || value.Length > 64)
        {
            return false;
        }

        Span<char> text = stackalloc char[64];
        int length = Encoding.ASCII.GetChars(value, text);
        if (!IPEndPoint.TryParse(text[..length], out IPEndPoint? endPoint))
        {
            return false;
        }

        address = endPoint.Address;
        port = endPoint.Port;
        return true;
    }
}
