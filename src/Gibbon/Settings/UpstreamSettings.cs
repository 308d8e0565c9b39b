namespace Gibbon.Settings;

/// <summary>Pooled connections to upstreams.</summary>
internal sealed record UpstreamSettings
{
    /// <summary>Idle connections kept per pool; 0 turns pooling off.</summary>
    public required int KeepalivePoolSize { get; init; }

    /// <summary>Requests per connection; 0: no limit.</summary>
    public required int KeepaliveMaxRequests { get; init; }

    /// <summary>Idle time before a connection is closed; zero: no limit.</summary>
    public required TimeSpan KeepaliveIdleTimeout { get; init; }

    /// <summary>In bytes: the longest head of an answer (<c>proxy_buffer_size</c>).</summary>
    public required long ResponseHeadSize { get; init; }

    public static UpstreamSettings From(SettingReader read)
    {
        foreach (var name in (ReadOnlySpan<string>)["pool_size", "max_requests", "idle_timeout"])
        {
            if (read.Number($"upstream_keepalive_{name}") < 0)
                read.Fail($"upstream_keepalive_{name} must be 0 or greater");
        }

        return new UpstreamSettings
        {
            KeepalivePoolSize = read.Whole("upstream_keepalive_pool_size") ?? 0,
            KeepaliveMaxRequests = read.Whole("upstream_keepalive_max_requests") ?? 0,
            KeepaliveIdleTimeout = read.Seconds("upstream_keepalive_idle_timeout"),
            ResponseHeadSize = read.SizeDirective("proxy_buffer_size", 4 << 10, "location", "proxy", "http"),
        };
    }
}
