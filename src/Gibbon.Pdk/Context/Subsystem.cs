namespace Gibbon.Pdk;

/// <summary>The two kinds of traffic.</summary>
public enum Subsystem
{
    /// <summary>HTTP, gRPC and WebSocket requests.</summary>
    Http,

    /// <summary>TCP, TLS and UDP.</summary>
    Stream,
}
