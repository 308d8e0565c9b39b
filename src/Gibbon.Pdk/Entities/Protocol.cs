namespace Gibbon.Pdk.Entities;

/// <summary>The protocols a route listens to, a service speaks and a plugin works with.</summary>
public enum Protocol
{
    /// <summary>gRPC in clear.</summary>
    Grpc,

    /// <summary>gRPC over TLS.</summary>
    Grpcs,

    /// <summary>HTTP in clear.</summary>
    Http,

    /// <summary>HTTP over TLS.</summary>
    Https,

    /// <summary>A TCP stream.</summary>
    Tcp,

    /// <summary>A TLS stream whose TLS ends here.</summary>
    Tls,

    /// <summary>A TLS stream that is passed on as it is.</summary>
    TlsPassthrough,

    /// <summary>UDP datagrams.</summary>
    Udp,
}
