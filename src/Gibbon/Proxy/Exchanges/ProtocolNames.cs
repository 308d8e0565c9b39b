using Gibbon.Pdk.Entities;

namespace Gibbon.Proxy.Exchanges;

/// <summary>Protocols as they are written in configuration.</summary>
internal static class ProtocolNames
{
    public static string Of(Protocol protocol) => protocol switch
    {
        Protocol.Grpc => "grpc",
        Protocol.Grpcs => "grpcs",
        Protocol.Http => "http",
        Protocol.Https => "https",
        Protocol.Tcp => "tcp",
        Protocol.Tls => "tls",
        Protocol.TlsPassthrough => "tls_passthrough",
        _ => "udp",
    };
}
