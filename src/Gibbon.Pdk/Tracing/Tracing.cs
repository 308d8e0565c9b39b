namespace Gibbon.Pdk;

/// <summary>The spans of a request. Kong's <c>kong.tracing</c>. When tracing is off, every span is one that records nothing.</summary>
/// <param name="context">The request it is a part of.</param>
public abstract class Tracing(RequestContext context) : RequestModule(context)
{
    /// <summary>The span that new ones belong to; <c>null</c> if there is none.</summary>
    [Kong("kong.tracing.active_span"), Kong("kong.tracing.set_active_span"), Phases(Phase.Any)]
    public abstract Span? ActiveSpan { get; set; }

    /// <summary>The span of the request as a whole; <c>null</c> if tracing is off.</summary>
    [Kong("kong.tracing.get_root_span"), Phases(Phase.Any)]
    public abstract Span? RootSpan { get; }

    /// <summary>
    /// The span of the attempt that will reach the service, made before there is one so that headers can name it as the parent. From
    /// <c>access</c> on; <c>null</c> if attempts are not traced.
    /// </summary>
    [Phases(Phase.Any)]
    public abstract Span? UpcomingAttempt { get; }

    /// <summary>All spans of the request in the order in which they started, the root first.</summary>
    [Kong("kong.tracing.get_spans"), Kong("kong.tracing.init_spans"), Phases(Phase.Any)]
    public abstract IReadOnlyList<Span> Spans { get; }

    /// <summary>Whether the spans of this request are exported, as decided so far; <c>null</c> if not yet.</summary>
    [Phases(Phase.Any)]
    public abstract bool? ShouldSample { get; }

    /// <summary>
    /// Makes queries of the database and HTTP requests of the present flow of control steps of this request (<c>db_query</c> and <c>http_client</c> of
    /// <c>tracing_instrumentations</c>). They are so in a plugin's phases and whatever these await; only who goes on with a request elsewhere, on a thread that
    /// came by otherwise, must say so.
    /// </summary>
    /// <returns>Disposed, on the same thread, when the flow leaves the request; <c>null</c> when such steps are not traced.</returns>
    [Phases(Phase.Any)]
    public abstract IDisposable? Follow();

    /// <summary>Starts a span that belongs to the active one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">How it starts.</param>
    /// <returns>The span; in phases that cannot have one, a span that records nothing.</returns>
    /// <exception cref="KongArgumentException"><c>invalid span name</c>, <c>invalid start time</c> or <c>invalid start
    /// kind</c>.</exception>
    [Kong("kong.tracing.start_span"), Phases(Phase.Any)]
    public Span StartSpan(string name, SpanOptions? options = null)
    {
        if (string.IsNullOrEmpty(name))
            throw new KongArgumentException("invalid span name", nameof(name));

        return StartSpanCore(name, Check(options));
    }

    /// <summary>Makes a span that does not belong to the request until <see cref="LinkSpan"/> puts it there.</summary>
    /// <param name="options">How it starts.</param>
    /// <exception cref="KongArgumentException"><c>invalid start time</c> or <c>invalid start kind</c>.</exception>
    [Kong("kong.tracing.create_span"), Phases(Phase.Any)]
    public Span CreateSpan(SpanOptions? options = null) => CreateSpanCore(Check(options));

    /// <summary>Puts a span from <see cref="CreateSpan"/> among those of the request.</summary>
    /// <param name="span">The span.</param>
    /// <param name="name">Its name.</param>
    /// <param name="options">What changes about it.</param>
    /// <returns>The span.</returns>
    /// <exception cref="KongArgumentException"><c>invalid span name</c>, <c>invalid start time</c> or <c>invalid start
    /// kind</c>.</exception>
    [Kong("kong.tracing.link_span"), Phases(Phase.Any)]
    public Span LinkSpan(Span span, string name, SpanOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(span);
        if (string.IsNullOrEmpty(name))
            throw new KongArgumentException("invalid span name", nameof(name));

        return LinkSpanCore(span, name, Check(options));
    }

    /// <summary>Passes every span of the request that shall be exported to an exporter.</summary>
    /// <typeparam name="TState">What the exporter needs.</typeparam>
    /// <param name="exporter">Called for each span; make it <c>static</c>.</param>
    /// <param name="state">Passed on.</param>
    /// <exception cref="PhaseException">Not in <c>log</c>.</exception>
    [Kong("kong.tracing.process_span"), Phases(Phase.Log)]
    public void ProcessSpans<TState>(Action<Span, TState> exporter, TState state)
    {
        Require(Phase.Log);
        ArgumentNullException.ThrowIfNull(exporter);
        foreach (var span in Spans)
            if (span.ShouldSample)
                exporter(span, state);
    }

    /// <summary>Says whether the spans of this request are exported, for those there are and those to come.</summary>
    /// <param name="shouldSample">Whether.</param>
    [Kong("kong.tracing:set_should_sample"), Phases(Phase.Any)]
    public abstract void SetShouldSample(bool shouldSample);

    /// <summary>Decides whether the spans of this request are exported: not if the caller says no, else by the trace's id and the rate.</summary>
    /// <param name="parentShouldSample">What the caller's headers say; <c>null</c> if nothing.</param>
    /// <param name="pluginSamplingRate">The share of traces to export, 0 to 1; <c>null</c> takes <c>tracing_sampling_rate</c>.</param>
    [Kong("kong.tracing:get_sampling_decision"), Phases(Phase.Any)]
    public abstract bool GetSamplingDecision(bool? parentShouldSample, double? pluginSamplingRate);

    /// <summary>See <see cref="StartSpan"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="options">How it starts.</param>
    protected abstract Span StartSpanCore(string name, SpanOptions options);

    /// <summary>See <see cref="CreateSpan"/>.</summary>
    /// <param name="options">How it starts.</param>
    protected abstract Span CreateSpanCore(SpanOptions options);

    /// <summary>See <see cref="LinkSpan"/>.</summary>
    /// <param name="span">The span.</param>
    /// <param name="name">Its name.</param>
    /// <param name="options">What changes about it.</param>
    protected abstract Span LinkSpanCore(Span span, string name, SpanOptions options);

    static SpanOptions Check(SpanOptions? options)
    {
        var checkedOptions = options ?? new SpanOptions();
        if (checkedOptions.StartTimeNs < 0)
            throw new KongArgumentException("invalid start time", nameof(options));

        if (!Enum.IsDefined(checkedOptions.Kind))
            throw new KongArgumentException("invalid start kind", nameof(options));

        return checkedOptions;
    }
}
