using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Statsd;

/// <summary>One metric that is sent.</summary>
sealed record StatsdMetric : IConfigureSchema
{
    /// <summary>Which.</summary>
    [OneOf(
        "kong_latency", "latency", "request_count", "request_per_user", "request_size", "response_size", "status_count", "status_count_per_user",
        "unique_users", "upstream_latency", "status_count_per_workspace", "status_count_per_user_per_route", "shdict_usage")]
    public required string Name { get; init; }

    /// <summary>As what.</summary>
    [OneOf("counter", "gauge", "histogram", "meter", "set", "timer")]
    public required string StatType { get; init; }

    /// <summary>The sampling rate that is told.</summary>
    [GreaterThan(0)]
    public double? SampleRate { get; init; }

    /// <summary>What of the consumer is told.</summary>
    [OneOf("consumer_id", "custom_id", "username")]
    public string? ConsumerIdentifier { get; init; }

    /// <summary>What of the service is told.</summary>
    [OneOf("service_id", "service_name", "service_host", "service_name_or_host")]
    public string? ServiceIdentifier { get; init; }

    /// <summary>What of the workspace is told.</summary>
    [OneOf("workspace_id", "workspace_name")]
    public string? WorkspaceIdentifier { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Conditional(
        "stat_type", static match => match.In("counter", "gauge"), "sample_rate", static match => match.IsSet());
}
