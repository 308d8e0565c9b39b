namespace Gibbon.Routing;

/// <summary>What came in: net.protocol of the expression language.</summary>
internal enum RouteProtocol
{
    Http,
    Https,
    Tcp,
    Tls,
    Udp,
}

/// <summary>The protocols as the language writes them.</summary>
internal static class RouteProtocols
{
    /// <summary>True for HTTP over anything.</summary>
    public static bool IsHttp(this RouteProtocol protocol) => protocol is RouteProtocol.Http or RouteProtocol.Https;

    /// <summary>The word for it.</summary>
    public static ReadOnlySpan<byte> Text(this RouteProtocol protocol) => protocol switch
    {
        RouteProtocol.Http => "http"u8,
        RouteProtocol.Https => "https"u8,
        RouteProtocol.Tcp => "tcp"u8,
        RouteProtocol.Tls => "tls"u8,
        _ => "udp"u8,
    };
}
