using System.Buffers.Binary;
using Gibbon.Pdk;

namespace Gibbon.Proxy.Exchanges;

/// <summary>
/// <see cref="Tracing"/> over an exchange. Spans are made while a request is traced (<c>tracing_instrumentations</c>); otherwise every call gets
/// one that records nothing.
/// </summary>
internal sealed class ExchangeTracing(Exchange exchange) : Tracing(exchange)
{
    private readonly List<Span> _spans = [];
    private bool? _shouldSample;
    private RequestSpan? _lastTry;

    public override Span? ActiveSpan { get; set; }

    public override Span? RootSpan => _spans.Count == 0 ? null : _spans[0];

    public override IReadOnlyList<Span> Spans => _spans;

    public override bool? ShouldSample => _shouldSample;

    public override Span? UpcomingAttempt => _lastTry;

    private TimeProvider Time => exchange.Dependencies.Time;

    public override IDisposable? Follow() => exchange.Watch?.FollowCalls();

    public override void SetShouldSample(bool shouldSample)
    {
        _shouldSample = shouldSample;
        foreach (Span span in _spans)
        {
            span.ShouldSample = shouldSample;
        }
    }

    // A caller that does not sample is followed; one that does has not paid for our spans.
    public override bool GetSamplingDecision(bool? parentShouldSample, double? pluginSamplingRate) =>
        RootSpan is { } root
        && parentShouldSample is not false
        && IsSampled(root.TraceId.Span, pluginSamplingRate ?? exchange.Dependencies.Settings.Tracing.SamplingRate);

    /// <summary>Starts the request's own span, which the others belong to.</summary>
    public Span StartRoot(string name, long startTimeNs)
    {
        RequestSpan root = new(name, new SpanOptions { Kind = SpanKind.Server, StartTimeNs = startTimeNs }, Time);
        root.ShouldSample = IsSampled(root.TraceId.Span, exchange.Dependencies.Settings.Tracing.SamplingRate);
        _spans.Add(root);
        ActiveSpan = root;
        return root;
    }

    /// <summary>See <see cref="UpcomingAttempt"/>.</summary>
    public void PrepareLastTry() => _lastTry ??= new RequestSpan("kong.balancer", new SpanOptions { Kind = SpanKind.Client, Parent = RootSpan }, Time);

    /// <summary>The try that answered begins, or has begun.</summary>
    public Span LinkLastTry(string name, SpanOptions options)
    {
        PrepareLastTry();
        return LinkSpanCore(_lastTry!, name, options);
    }

    public void Clear()
    {
        _spans.Clear();
        _shouldSample = null;
        _lastTry = null;
        ActiveSpan = null;
    }

    protected override Span StartSpanCore(string name, SpanOptions options)
    {
        if (_spans.Count == 0)
        {
            return SilentSpan.Instance;
        }

        RequestSpan span = Make(name, options);
        Add(span);
        return span;
    }

    protected override Span CreateSpanCore(SpanOptions options) => _spans.Count == 0 ? SilentSpan.Instance : Make("", options);

    protected override Span LinkSpanCore(Span span, string name, SpanOptions options)
    {
        if (span is not RequestSpan known || _spans.Count == 0)
        {
            return SilentSpan.Instance;
        }

        known.Name = name;
        known.Apply(options);
        known.ShouldSample = options.ShouldSample ?? _shouldSample ?? RootSpan!.ShouldSample;
        Add(known);
        return known;
    }

    // A plugin may ask for several things at once.
    private void Add(RequestSpan span)
    {
        lock (_spans)
        {
            _spans.Add(span);
        }
    }

    private RequestSpan Make(string name, SpanOptions options)
    {
        bool hasOrigin = options.Parent is not null || !options.TraceId.IsEmpty || !options.ParentId.IsEmpty;
        SpanOptions complete = hasOrigin ? options : options with { Parent = ActiveSpan ?? RootSpan };
        return new RequestSpan(name, complete, Time) { ShouldSample = options.ShouldSample ?? _shouldSample ?? RootSpan!.ShouldSample };
    }

    // Every node must decide alike about one trace: the decision is the trace id's, as a number in the machine's order of bytes.
    private static bool IsSampled(ReadOnlySpan<byte> traceId, double rate) =>
        rate >= 1 || (rate > 0 && traceId.Length >= 8 && BinaryPrimitives.ReadUInt64LittleEndian(traceId) < rate * Math.Pow(2, 64));
}
