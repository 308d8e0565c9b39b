namespace Gibbon.Routing;

/// <summary>What a router looks at. Spans belong to the caller and must live as long as the match is used.</summary>
internal readonly ref struct RouteRequest
{
    /// <summary>What came in.</summary>
    public RouteProtocol Protocol { get; init; }

    /// <summary>The method, byte for byte.</summary>
    public ReadOnlySpan<byte> Method { get; init; }

    /// <summary>The normalised path (<see cref="Gibbon.Pdk.UriNormalizer"/>), without the query.</summary>
    public ReadOnlySpan<byte> Path { get; init; }

    /// <summary>The first Host header or :authority as received, with its port; empty when there is none.</summary>
    public ReadOnlySpan<byte> Host { get; init; }

    /// <summary>The server name of the TLS handshake; empty when there is none.</summary>
    public ReadOnlySpan<byte> Sni { get; init; }

    /// <summary>The client's address (after real_ip).</summary>
    public NetworkAddress SourceAddress { get; init; }

    /// <summary>The client's port.</summary>
    public int SourcePort { get; init; }

    /// <summary>The local address.</summary>
    public NetworkAddress DestinationAddress { get; init; }

    /// <summary>The local port after port_maps. In HTTP a port in the Host header goes before it.</summary>
    public int DestinationPort { get; init; }

    /// <summary>Headers and query arguments; null when there are none.</summary>
    public RequestFields? Fields { get; init; }
}
