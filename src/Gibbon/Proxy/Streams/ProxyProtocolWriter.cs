using System.Net;
using System.Net.Sockets;
using System.Text;
using Gibbon.Proxy.Exchanges;

namespace Gibbon.Proxy.Streams;

/// <summary>The PROXY protocol towards services (<c>nginx_sproxy_proxy_protocol = on</c>): version 1, as nginx sends it.</summary>
internal static class ProxyProtocolWriter
{
    public static byte[] Line(Exchange exchange)
    {
        IPAddress source = exchange.ClientAddress;
        IPAddress local = (exchange.Downstream.LocalEndPoint as IPEndPoint)?.Address is { } address
            ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address
            : IPAddress.None;
        string family = source.AddressFamily == AddressFamily.InterNetworkV6 ? "TCP6" : "TCP4";
        return Encoding.ASCII.GetBytes(source.AddressFamily == local.AddressFamily
            ? $"PROXY {family} {source} {local} {exchange.ClientPort} {exchange.LocalPort}\r\n"
            : "PROXY UNKNOWN\r\n");
    }
}
