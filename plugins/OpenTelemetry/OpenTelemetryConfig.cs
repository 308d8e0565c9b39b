using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Connections;
using Gibbon.Plugins.Shared.Logs;
using Gibbon.Plugins.Shared.Propagation;

namespace Gibbon.Plugins.OpenTelemetry;

/// <summary>Where collectors are, and what they are told.</summary>
sealed record OpenTelemetryConfig : IConfigureSchema
{
    const string ContentType = "Content-Type";
    const string Protobuf = "application/x-protobuf";

    /// <summary>Where spans are sent, the whole URL.</summary>
    [Url, Referenceable]
    public string? TracesEndpoint { get; init; }

    /// <summary>Where lines of the log are sent, the whole URL.</summary>
    [Url, Referenceable]
    public string? LogsEndpoint { get; init; }

    /// <summary>Headers that are sent as well.</summary>
    [HeaderName(On = Part.Keys), Referenceable]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>What is said about the gateway, beside its name, version and id.</summary>
    [NotNull(On = Part.Keys), NotNull(On = Part.Elements)]
    public IReadOnlyDictionary<string, string>? ResourceAttributes { get; init; }

    /// <summary>The queue between requests and collectors.</summary>
    public QueueConfig Queue { get; init; } = new() { MaxBatchSize = 200 };

    /// <summary>The old name of <see cref="QueueConfig.MaxBatchSize"/>.</summary>
    [Deprecated("opentelemetry: config.batch_span_count is deprecated, please use config.queue.max_batch_size instead", "4.0", OldDefault = 200)]
    public long? BatchSpanCount { get; init; }

    /// <summary>The old name of <see cref="QueueConfig.MaxCoalescingDelay"/>.</summary>
    [Deprecated("opentelemetry: config.batch_flush_delay is deprecated, please use config.queue.max_coalescing_delay instead", "4.0", OldDefault = 3)]
    public long? BatchFlushDelay { get; init; }

    /// <summary>How long connecting may take, in milliseconds.</summary>
    [Timeout]
    public int? ConnectTimeout { get; init; } = 1000;

    /// <summary>How long sending may take, in milliseconds.</summary>
    [Timeout]
    public int? SendTimeout { get; init; } = 5000;

    /// <summary>How long the answer may take, in milliseconds.</summary>
    [Timeout]
    public int? ReadTimeout { get; init; } = 5000;

    /// <summary>The header of responses that says the trace's id.</summary>
    public string? HttpResponseHeaderForTraceid { get; init; }

    /// <summary>The older way to say which headers are written.</summary>
    [OneOf("preserve", "ignore", "b3", "b3-single", "w3c", "jaeger", "ot", "aws", "gcp", "datadog"), Optional]
    [Deprecated("opentelemetry: config.header_type is deprecated, please use config.propagation options instead", "4.0", OldDefault = "preserve")]
    public string? HeaderType { get; init; } = "preserve";

    /// <summary>The share of traces that are recorded, 0 to 1; <c>tracing_sampling_rate</c> if not said.</summary>
    [Between(0, 1), Optional]
    public double? SamplingRate { get; init; }

    /// <summary>Which headers are read, cleared and written.</summary>
    public PropagationConfig Propagation { get; init; } = new() { DefaultFormat = "w3c" };

    internal Propagator Propagator => field ??= Propagator.Of(Propagation, HeaderType, null);

    internal QueueConfig EffectiveQueue => field ??= LegacyQueue.Merge(Queue, BatchSpanCount, BatchFlushDelay, oldSize: 200, oldDelay: 3);

    internal Collector? Traces => TracesEndpoint is null ? null : field ??= To(TracesEndpoint);

    internal Collector? Logs => LogsEndpoint is null ? null : field ??= To(LogsEndpoint);

    static void IConfigureSchema.Configure(SchemaBuilder schema)
    {
        schema.AtLeastOneOf("traces_endpoint", "logs_endpoint");
        var endpoint = new Field { Name = "endpoint", Type = FieldType.String, Referenceable = true };
        schema.Shorthand(
            Typedefs.Url(endpoint) with
            {
                Deprecation = new Deprecation
                {
                    Message = "OpenTelemetry: config.endpoint is deprecated, please use config.traces_endpoint instead",
                    RemovalInVersion = "4.0",
                },
            },
            static value => new ValueMap { ["traces_endpoint"] = value });
    }

    Collector To(string endpoint)
    {
        var type = Headers is not null && Headers.TryGetValue(ContentType, out var given) ? given : Protobuf;
        return new Collector(
            endpoint,
            type,
            TimeSpan.FromMilliseconds(ConnectTimeout ?? 1000),
            TimeSpan.FromMilliseconds((SendTimeout ?? 5000) + (ReadTimeout ?? 5000)))
        {
            Headers = Headers?.Where(static header => header.Key != ContentType).ToDictionary(),
        };
    }
}
