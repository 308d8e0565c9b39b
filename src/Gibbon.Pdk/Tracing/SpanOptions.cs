using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>How a span starts. What is not said is taken from the active span, or chosen.</summary>
public readonly record struct SpanOptions()
{
    /// <summary>When it starts, in nanoseconds since 1970; now if not said.</summary>
    public long? StartTimeNs { get; init; }

    /// <summary>What it is to the conversation.</summary>
    public SpanKind Kind { get; init; } = SpanKind.Internal;

    /// <summary>The span it belongs to; the active one if not said.</summary>
    public Span? Parent { get; init; }

    /// <summary>The trace, 16 bytes, if there is no parent.</summary>
    public ReadOnlyMemory<byte> TraceId { get; init; }

    /// <summary>The parent's id, 8 bytes, if the parent is elsewhere.</summary>
    public ReadOnlyMemory<byte> ParentId { get; init; }

    /// <summary>Whether it is exported; the sampling decides if not said.</summary>
    public bool? ShouldSample { get; init; }

    /// <summary>Its first attributes.</summary>
    public ValueMap? Attributes { get; init; }
}
