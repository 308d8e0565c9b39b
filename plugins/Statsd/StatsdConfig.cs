using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.Statsd;

/// <summary>Where the StatsD server is, and what it is told.</summary>
sealed record StatsdConfig
{
    /// <summary>The server.</summary>
    [Host]
    public string? Host { get; init; } = "localhost";

    /// <summary>Its port.</summary>
    [Port]
    public int? Port { get; init; } = 8125;

    /// <summary>What the names of all metrics begin with.</summary>
    public string? Prefix { get; init; } = "kong";

    /// <summary>What is sent.</summary>
    public IReadOnlyList<StatsdMetric>? Metrics { get; init; } =
    [
        Usual("request_count", "counter"),
        Timer("latency"),
        Usual("request_size", "counter"),
        Usual("status_count", "counter"),
        Usual("response_size", "counter"),
        new() { Name = "unique_users", StatType = "set" },
        Usual("request_per_user", "counter"),
        Timer("upstream_latency"),
        Timer("kong_latency"),
        Usual("status_count_per_user", "counter"),
        Usual("status_count_per_workspace", "counter"),
        Usual("status_count_per_user_per_route", "counter"),
        Usual("shdict_usage", "gauge"),
    ];

    /// <summary>The statuses of requests that count, as ranges: <c>200-299</c>. All if not said.</summary>
    [Match("^[0-9]+-[0-9]+$")]
    public IReadOnlyList<string>? AllowStatusCodes { get; init; }

    /// <summary>How many bytes of metrics share a datagram; 0 is a datagram for each.</summary>
    [Between(0, 65507)]
    public double? UdpPacketSize { get; init; } = 0;

    /// <summary>Whether TCP is spoken instead of UDP.</summary>
    public bool? UseTcp { get; init; } = false;

    /// <summary>Whether the prefix names the machine.</summary>
    public bool? HostnameInPrefix { get; init; } = false;

    /// <summary>What of the consumer is told where a metric does not say.</summary>
    [OneOf("consumer_id", "custom_id", "username")]
    public string ConsumerIdentifierDefault { get; init; } = "custom_id";

    /// <summary>What of the service is told where a metric does not say.</summary>
    [OneOf("service_id", "service_name", "service_host", "service_name_or_host")]
    public string ServiceIdentifierDefault { get; init; } = "service_name_or_host";

    /// <summary>What of the workspace is told where a metric does not say.</summary>
    [OneOf("workspace_id", "workspace_name")]
    public string WorkspaceIdentifierDefault { get; init; } = "workspace_id";

    /// <summary>Means nothing any more.</summary>
    [Deprecated("statsd: config.retry_count no longer works, please use config.queue.max_retry_time instead", "4.0", OldDefault = 10)]
    public long? RetryCount { get; init; }

    /// <summary>The old name of <see cref="QueueConfig.MaxBatchSize"/>.</summary>
    [Deprecated("statsd: config.queue_size is deprecated, please use config.queue.max_batch_size instead", "4.0", OldDefault = 1)]
    public long? QueueSize { get; init; }

    /// <summary>The old name of <see cref="QueueConfig.MaxCoalescingDelay"/>.</summary>
    [Deprecated("statsd: config.flush_timeout is deprecated, please use config.queue.max_coalescing_delay instead", "4.0", OldDefault = 2)]
    public double? FlushTimeout { get; init; }

    /// <summary>Whose manner of tags is used; none if not said.</summary>
    [OneOf("dogstatsd", "influxdb", "librato", "signalfx"), Optional]
    public string? TagStyle { get; init; }

    /// <summary>The queue between requests and the server.</summary>
    public QueueConfig Queue { get; init; } = new();

    internal QueueConfig EffectiveQueue => field ??= LegacyQueue.Merge(Queue, QueueSize, FlushTimeout);

    internal StatusRanges Statuses => field ??= new StatusRanges(AllowStatusCodes);

    static StatsdMetric Usual(string name, string type) => new() { Name = name, StatType = type, SampleRate = 1 };

    static StatsdMetric Timer(string name) => new() { Name = name, StatType = "timer" };
}
