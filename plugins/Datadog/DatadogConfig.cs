using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Logs;

namespace Gibbon.Plugins.Datadog;

/// <summary>Where the agent of Datadog is, and what it is told.</summary>
sealed record DatadogConfig
{
    /// <summary>The agent; without it <c>KONG_DATADOG_AGENT_HOST</c> in the environment.</summary>
    [Host, Referenceable]
    public string? Host { get; init; } = "localhost";

    /// <summary>Its port; without it <c>KONG_DATADOG_AGENT_PORT</c> in the environment.</summary>
    [Port]
    public int? Port { get; init; } = 8125;

    /// <summary>What the names of all metrics begin with.</summary>
    public string? Prefix { get; init; } = "kong";

    /// <summary>The tag for the service's name.</summary>
    public string? ServiceNameTag { get; init; } = "name";

    /// <summary>The tag for the status.</summary>
    public string? StatusTag { get; init; } = "status";

    /// <summary>The tag for the consumer.</summary>
    public string? ConsumerTag { get; init; } = "consumer";

    /// <summary>Means nothing any more.</summary>
    [Deprecated("datadog: config.retry_count no longer works, please use config.queue.max_retry_time instead", "4.0", OldDefault = 10)]
    public long? RetryCount { get; init; }

    /// <summary>The old name of <see cref="QueueConfig.MaxBatchSize"/>.</summary>
    [Deprecated("datadog: config.queue_size is deprecated, please use config.queue.max_batch_size instead", "4.0", OldDefault = 1)]
    public long? QueueSize { get; init; }

    /// <summary>The old name of <see cref="QueueConfig.MaxCoalescingDelay"/>.</summary>
    [Deprecated("datadog: config.flush_timeout is deprecated, please use config.queue.max_coalescing_delay instead", "4.0", OldDefault = 2)]
    public double? FlushTimeout { get; init; }

    /// <summary>The queue between requests and the agent.</summary>
    public QueueConfig Queue { get; init; } = new();

    /// <summary>What is sent.</summary>
    public IReadOnlyList<DatadogMetric> Metrics { get; init; } =
    [
        Usual("request_count", "counter", 1),
        Usual("latency", "timer"),
        Usual("request_size", "timer"),
        Usual("response_size", "timer"),
        Usual("upstream_latency", "timer"),
        Usual("kong_latency", "timer"),
    ];

    internal QueueConfig EffectiveQueue => field ??= LegacyQueue.Merge(Queue, QueueSize, FlushTimeout);

    static DatadogMetric Usual(string name, string type, double? rate = null) =>
        new() { Name = name, StatType = type, SampleRate = rate, Tags = ["app:kong"], ConsumerIdentifier = "custom_id" };
}
