namespace Gibbon.Settings;

/// <summary>The headers that the gateway adds: <c>headers</c> towards clients, <c>headers_upstream</c> towards upstreams.</summary>
internal sealed record HeaderSettings
{
    /// <summary><c>Server</c> on the gateway's own answers.</summary>
    public required bool Server { get; init; }

    /// <summary><c>Via</c> on proxied answers.</summary>
    public required bool Via { get; init; }
    public required bool ProxyLatency { get; init; }
    public required bool ResponseLatency { get; init; }
    public required bool UpstreamLatency { get; init; }
    public required bool AdminLatency { get; init; }
    public required bool UpstreamStatus { get; init; }
    public required bool RequestId { get; init; }

    /// <summary><c>X-Kong-Request-Id</c> towards upstreams.</summary>
    public required bool UpstreamRequestId { get; init; }

    private static readonly string[] Known =
    [
        "server_tokens", "latency_tokens", "server", "via", "x-kong-proxy-latency", "x-kong-response-latency", "x-kong-upstream-latency",
        "x-kong-admin-latency", "x-kong-upstream-status", "x-kong-request-id", "off",
    ];

    public static HeaderSettings From(SettingReader read)
    {
        var headers = ReadNames(read, "headers", Known);
        var upstream = ReadNames(read, "headers_upstream", "x-kong-request-id", "off");
        var latency = headers.Contains("latency_tokens");
        var server = headers.Contains("server_tokens");
        return new HeaderSettings
        {
            Server = server || headers.Contains("server"),
            Via = server || headers.Contains("via"),
            ProxyLatency = latency || headers.Contains("x-kong-proxy-latency"),
            ResponseLatency = latency || headers.Contains("x-kong-response-latency"),
            UpstreamLatency = latency || headers.Contains("x-kong-upstream-latency"),
            AdminLatency = latency || headers.Contains("x-kong-admin-latency"),
            UpstreamStatus = headers.Contains("x-kong-upstream-status"),
            RequestId = headers.Contains("x-kong-request-id"),
            UpstreamRequestId = upstream.Contains("x-kong-request-id"),
        };
    }

    private static HashSet<string> ReadNames(SettingReader read, string name, params ReadOnlySpan<string> known)
    {
        var entries = read.List(name);
        foreach (var entry in entries)
        {
            if (!known.Contains(entry.ToLowerInvariant()))
                read.Fail($"{name}: invalid entry '{entry}'");
        }

        return entries is ["off", ..] ? [] : entries.ToHashSet(StringComparer.OrdinalIgnoreCase);
    }
}
