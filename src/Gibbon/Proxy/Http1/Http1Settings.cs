namespace Gibbon.Proxy.Http1;

/// <summary>Limits and timeouts of client connections, with the defaults of Kong's web server. Times are milliseconds, sizes bytes; 0 switches a limit off.</summary>
internal sealed record Http1Settings
{
    public static Http1Settings Default { get; } = new();

    /// <summary><c>client_header_buffer_size</c>: what the first, small buffer of a head takes.</summary>
    public int ClientHeaderBufferSize { get; init; } = 1024;

    /// <summary><c>large_client_header_buffers</c>, how many: together with their size the limit of all header fields.</summary>
    public int LargeHeaderBufferCount { get; init; } = 4;

    /// <summary><c>large_client_header_buffers</c>, the size of each: the limit of the request line and of any one field.</summary>
    public int LargeHeaderBufferSize { get; init; } = 8 * 1024;

    /// <summary><c>client_max_body_size</c>.</summary>
    public long ClientMaxBodySize { get; init; }

    /// <summary><c>client_header_timeout</c>, for the whole head from its first byte.</summary>
    public int ClientHeaderTimeout { get; init; } = 60_000;

    /// <summary><c>client_body_timeout</c>, between two reads.</summary>
    public int ClientBodyTimeout { get; init; } = 60_000;

    /// <summary><c>send_timeout</c>, between two writes.</summary>
    public int SendTimeout { get; init; } = 60_000;

    /// <summary><c>keepalive_timeout</c>, between two requests.</summary>
    public int KeepAliveTimeout { get; init; } = 75_000;

    /// <summary><c>keepalive_requests</c>.</summary>
    public int KeepAliveRequests { get; init; } = 10_000;

    /// <summary><c>lingering_time</c>: how long what nobody read of a body is dropped, to keep the connection or to close it in order.</summary>
    public int LingeringTime { get; init; } = 30_000;

    /// <summary><c>lingering_timeout</c>: the silence that ends it.</summary>
    public int LingeringTimeout { get; init; } = 5_000;
}
