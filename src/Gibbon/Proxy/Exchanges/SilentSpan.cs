using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Proxy.Exchanges;

/// <summary>The span of a request that is not traced: takes everything and keeps nothing.</summary>
internal sealed class SilentSpan : Span
{
    public static readonly SilentSpan Instance = new();

    public override string Name { get => "noop"; set { } }

    public override SpanKind Kind => SpanKind.Internal;

    public override bool IsRecording => false;

    public override ReadOnlyMemory<byte> TraceId { get => default; set { } }

    public override ReadOnlyMemory<byte> SpanId => default;

    public override ReadOnlyMemory<byte> ParentId { get => default; set { } }

    public override Span? Parent => null;

    public override long StartTimeNs => 0;

    public override long? EndTimeNs => null;

    public override SpanStatus Status => SpanStatus.Unset;

    public override bool ShouldSample { get => false; set { } }

    public override IReadOnlyDictionary<string, object?> Attributes => ImmutableDictionary<string, object?>.Empty;

    public override IReadOnlyList<SpanEvent> Events => [];

    protected override void FinishCore(long? endTimeNs)
    {
    }

    protected override void SetAttributeCore(string key, object? value)
    {
    }

    protected override void AddEventCore(string name, ValueMap? attributes, long? timeNs)
    {
    }

    protected override void SetStatusCore(SpanStatus status)
    {
    }
}
