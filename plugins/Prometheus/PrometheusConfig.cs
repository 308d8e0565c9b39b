namespace Gibbon.Plugins.Prometheus;

/// <summary>Which metrics are counted.</summary>
sealed record PrometheusConfig
{
    /// <summary>Whether requests and bytes are told apart by consumer.</summary>
    public bool? PerConsumer { get; init; } = false;

    /// <summary>Whether requests are counted by status.</summary>
    public bool? StatusCodeMetrics { get; init; } = false;

    /// <summary>Whether what the plugins for language models do is counted.</summary>
    public bool? AiMetrics { get; init; } = false;

    /// <summary>Whether latencies are measured.</summary>
    public bool? LatencyMetrics { get; init; } = false;

    /// <summary>Whether bytes are counted.</summary>
    public bool? BandwidthMetrics { get; init; } = false;

    /// <summary>Whether the health of targets is shown.</summary>
    public bool? UpstreamHealthMetrics { get; init; } = false;
}
