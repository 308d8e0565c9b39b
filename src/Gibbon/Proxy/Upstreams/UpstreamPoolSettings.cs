namespace Gibbon.Proxy.Upstreams;

/// <summary>What kong.conf says about kept upstream connections.</summary>
internal sealed record UpstreamPoolSettings
{
    /// <summary><c>upstream_keepalive_pool_size</c>: idle connections kept for each origin; 0 keeps none.</summary>
    public int PoolSize { get; init; } = 512;

    /// <summary><c>upstream_keepalive_max_requests</c>: requests before a connection is closed; 0 means no limit.</summary>
    public int MaxRequests { get; init; } = 10_000;

    /// <summary><c>upstream_keepalive_idle_timeout</c> in milliseconds; 0 means no limit.</summary>
    public int IdleTimeout { get; init; } = 60_000;

    /// <summary><c>proxy_buffer_size</c>-like limit for a response head, in bytes.</summary>
    public int ResponseHeadLimit { get; init; } = 32 * 1024;
}
