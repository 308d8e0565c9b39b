namespace Gibbon.Plugins.Shared.Propagation;

/// <summary>What the headers of a request say about the trace it belongs to, or shall say.</summary>
sealed record TraceContext
{
    const int TraceIdSize = 16;
    const int SpanIdSize = 8;

    /// <summary>The trace; <c>null</c> if it is not said.</summary>
    public byte[]? TraceId { get; init; }

    /// <summary>How many bytes the trace's id had in the headers; 0 if there was none.</summary>
    public int OriginalSize { get; init; }

    /// <summary>The span that sent the request.</summary>
    public byte[]? SpanId { get; init; }

    /// <summary>The span before that one.</summary>
    public byte[]? ParentId { get; init; }

    /// <summary>Whether the trace is recorded; <c>null</c> if it is not said.</summary>
    public bool? ShouldSample { get; init; }

    /// <summary>Whether the receiver's span has the sender's id, as in Zipkin and Jaeger.</summary>
    public bool ReusesSpanId { get; init; }

    /// <summary>The flags of <c>traceparent</c>.</summary>
    public byte Bits { get; init; }

    /// <summary>What <c>x-b3-flags</c> says.</summary>
    public string? Flags { get; init; }

    /// <summary>Whether it came in B3's single header.</summary>
    public bool IsSingleHeader { get; init; }

    /// <summary>What the trace carries along.</summary>
    public IReadOnlyDictionary<string, string>? Baggage { get; init; }

    /// <summary>Brings ids that were read to the sizes they have within the gateway.</summary>
    public TraceContext Normalized() => this with
    {
        OriginalSize = TraceId?.Length ?? 0,
        TraceId = ToSize(TraceId, TraceIdSize),
        SpanId = ToSize(SpanId, SpanIdSize),
        ParentId = ToSize(ParentId, SpanIdSize),
    };

    /// <summary>Brings ids to the sizes that a format writes: that which the trace's id had, if the format has it, else its first.</summary>
    /// <param name="sizes">The sizes of trace ids that the format knows.</param>
    public TraceContext For(ReadOnlySpan<int> sizes) => this with
    {
        TraceId = ToSize(TraceId, sizes.Contains(OriginalSize) ? OriginalSize : sizes[0]),
        SpanId = ToSize(SpanId, SpanIdSize),
        ParentId = ToSize(ParentId, SpanIdSize),
    };

    static byte[]? ToSize(byte[]? id, int size) => id switch
    {
        null => null,
        _ when id.Length > size => id[^size..],
        _ when id.Length < size => [.. new byte[size - id.Length], .. id],
        _ => id,
    };
}
