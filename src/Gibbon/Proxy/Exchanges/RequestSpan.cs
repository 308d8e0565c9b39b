using System.Security.Cryptography;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Proxy.Exchanges;

/// <summary>A span that is kept until the request is over. Its attributes and events are made when the first one comes.</summary>
internal sealed class RequestSpan : Span
{
    private static readonly Dictionary<string, object?> s_none = [];

    private readonly TimeProvider _time;
    private readonly byte[] _id = RandomNumberGenerator.GetBytes(8);
    private Dictionary<string, object?>? _attributes;
    private List<SpanEvent>? _events;
    private Span? _parent;
    private ReadOnlyMemory<byte> _traceId;
    private ReadOnlyMemory<byte> _parentId;
    private long _start;
    private long? _end;
    private SpanStatus _status;

    public RequestSpan(string name, SpanOptions options, TimeProvider time)
    {
        Name = name;
        _time = time;
        Apply(options);
        if (_traceId.IsEmpty)
        {
            _traceId = RandomNumberGenerator.GetBytes(16);
        }

        _start = options.StartTimeNs ?? Now();
    }

    public override string Name { get; set; }

    public override SpanKind Kind => KindNow;

    public override bool IsRecording => _end is null;

    public override ReadOnlyMemory<byte> TraceId { get => _traceId; set => _traceId = value; }

    public override ReadOnlyMemory<byte> SpanId => _id;

    public override ReadOnlyMemory<byte> ParentId { get => _parentId; set => _parentId = value; }

    public override Span? Parent => _parent;

    public override long StartTimeNs => _start;

    public override long? EndTimeNs => _end;

    public override SpanStatus Status => _status;

    public override bool ShouldSample { get; set; }

    public override IReadOnlyDictionary<string, object?> Attributes => _attributes ?? s_none;

    public override IReadOnlyList<SpanEvent> Events => _events ?? (IReadOnlyList<SpanEvent>)[];

    private SpanKind KindNow { get; set; }

    /// <summary>Takes over what the options say; what they do not say stays.</summary>
    public void Apply(SpanOptions options)
    {
        KindNow = options.Kind;
        _start = options.StartTimeNs ?? _start;
        if (options.Parent is { } parent)
        {
            _parent = parent;
            _parentId = parent.SpanId;
            _traceId = parent.TraceId;
        }

        if (!options.TraceId.IsEmpty)
        {
            _traceId = options.TraceId;
        }

        if (!options.ParentId.IsEmpty)
        {
            _parentId = options.ParentId;
        }

        foreach ((string key, object? value) in options.Attributes ?? [])
        {
            SetAttributeCore(key, value);
        }
    }

    protected override void FinishCore(long? endTimeNs)
    {
        if (_end is null && (endTimeNs is null || endTimeNs >= _start))
        {
            _end = endTimeNs ?? Math.Max(_start, Now());
        }
    }

    protected override void SetAttributeCore(string key, object? value)
    {
        if (value is null)
        {
            _attributes?.Remove(key);
        }
        else
        {
            (_attributes ??= [])[key] = value;
        }
    }

    protected override void AddEventCore(string name, ValueMap? attributes, long? timeNs) =>
        (_events ??= []).Add(new SpanEvent(name, timeNs ?? Now(), attributes));

    protected override void SetStatusCore(SpanStatus status) => _status = status;

    private long Now() => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
}
