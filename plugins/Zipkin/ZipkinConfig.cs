using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared.Connections;
using Gibbon.Plugins.Shared.Propagation;

namespace Gibbon.Plugins.Zipkin;

/// <summary>Where Zipkin is, and which requests it is told about.</summary>
sealed record ZipkinConfig : IConfigureSchema
{
    /// <summary>The name under which the gateway appears.</summary>
    public string LocalServiceName { get; init; } = "kong";

    /// <summary>Where spans are sent; without it, traces are passed on only.</summary>
    [Url]
    public string? HttpEndpoint { get; init; }

    /// <summary>The share of requests that are traced where the client does not say, 0 to 1.</summary>
    [Between(0, 1)]
    public double? SampleRatio { get; init; } = 0.001;

    /// <summary>The name of services that have none.</summary>
    public string? DefaultServiceName { get; init; }

    /// <summary>Whether the credential's id is told.</summary>
    public bool IncludeCredential { get; init; } = true;

    /// <summary>How many bytes the ids of new traces have.</summary>
    [OneOf(8, 16)]
    public int TraceidByteCount { get; init; } = 16;

    /// <summary>The older way to say which headers are written.</summary>
    [OneOf("preserve", "ignore", "b3", "b3-single", "w3c", "jaeger", "ot", "aws", "datadog", "gcp")]
    [Deprecated("zipkin: config.header_type is deprecated, please use config.propagation options instead", "4.0", OldDefault = "preserve")]
    public string HeaderType { get; init; } = "preserve";

    /// <summary>The older way to say which header is written when none was found.</summary>
    [OneOf("b3", "b3-single", "w3c", "jaeger", "ot", "aws", "datadog", "gcp")]
    [Deprecated("zipkin: config.default_header_type is deprecated, please use config.propagation.default_format instead", "4.0", OldDefault = "b3")]
    public string DefaultHeaderType { get; init; } = "b3";

    /// <summary>The header in which clients say tags: <c>a=b; c=d</c>.</summary>
    public string TagsHeader { get; init; } = "Zipkin-Tags";

    /// <summary>Tags that every request's span gets.</summary>
    public IReadOnlyList<StaticTag>? StaticTags { get; init; }

    /// <summary>What the span of a request is called.</summary>
    [OneOf("method", "method_path")]
    public string HttpSpanName { get; init; } = "method";

    /// <summary>How long connecting may take, in milliseconds.</summary>
    [Timeout]
    public int? ConnectTimeout { get; init; } = 2000;

    /// <summary>How long sending may take, in milliseconds.</summary>
    [Timeout]
    public int? SendTimeout { get; init; } = 5000;

    /// <summary>How long the answer may take, in milliseconds.</summary>
    [Timeout]
    public int? ReadTimeout { get; init; } = 5000;

    /// <summary>The header of responses that says the trace's id.</summary>
    public string? HttpResponseHeaderForTraceid { get; init; }

    /// <summary>As what the durations of phases are told.</summary>
    [OneOf("annotations", "tags")]
    public string PhaseDurationFlavor { get; init; } = "annotations";

    /// <summary>The queue between requests and Zipkin.</summary>
    public QueueConfig Queue { get; init; } = new();

    /// <summary>Which headers are read, cleared and written.</summary>
    public PropagationConfig Propagation { get; init; } = new() { DefaultFormat = "b3" };

    internal Propagator Propagator => field ??= Propagator.Of(Propagation, HeaderType, DefaultHeaderType);

    internal bool HasAnnotations => PhaseDurationFlavor == "annotations";

    internal Collector? Collector => HttpEndpoint is null ? null : field ??= new Collector(
        HttpEndpoint,
        "application/json",
        TimeSpan.FromMilliseconds(ConnectTimeout ?? 2000),
        TimeSpan.FromMilliseconds((SendTimeout ?? 5000) + (ReadTimeout ?? 5000)));

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Validate("static_tags", static tags =>
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tag in (ValueList)tags)
            if (((ValueMap)tag!).GetString("name") is { } name && !names.Add(name))
                return $"repeated tags are not allowed: {name}";

        return null;
    });
}
