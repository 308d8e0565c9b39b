using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Datadog;

/// <summary>One metric that is sent.</summary>
sealed record DatadogMetric : IConfigureSchema
{
    /// <summary>Which.</summary>
    [OneOf("kong_latency", "latency", "request_count", "request_size", "response_size", "upstream_latency")]
    public required string Name { get; init; }

    /// <summary>As what.</summary>
    [OneOf("counter", "gauge", "histogram", "meter", "set", "timer", "distribution")]
    public required string StatType { get; init; }

    /// <summary>Tags of its own.</summary>
    [Match("^.*[^:]$")]
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>The sampling rate that is told.</summary>
    [Between(0, 1)]
    public double? SampleRate { get; init; }

    /// <summary>What of the consumer becomes a tag; none if not said.</summary>
    [OneOf("consumer_id", "custom_id", "username")]
    public string? ConsumerIdentifier { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Conditional(
        "stat_type", static match => match.In("counter", "gauge"), "sample_rate", static match => match.IsSet());
}
