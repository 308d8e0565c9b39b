using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>Which tracing headers are read, cleared and written: the record <c>propagation</c> of tracing plugins.</summary>
public sealed record PropagationConfig
{
    /// <summary>The formats that are looked for, in this order.</summary>
    [OneOf("datadog", "b3", "gcp", "jaeger", "aws", "ot", "w3c")]
    public IReadOnlyList<string>? Extract { get; init; }

    /// <summary>Headers that are taken away before others are written.</summary>
    public IReadOnlyList<string>? Clear { get; init; }

    /// <summary>The formats that are written; <c>preserve</c> is the one that was found.</summary>
    [OneOf("preserve", "datadog", "b3", "gcp", "b3-single", "jaeger", "aws", "ot", "w3c")]
    public IReadOnlyList<string>? Inject { get; init; }

    /// <summary>The format that is written when none was found.</summary>
    [OneOf("datadog", "b3", "gcp", "b3-single", "jaeger", "aws", "ot", "w3c")]
    public required string DefaultFormat { get; init; }
}
