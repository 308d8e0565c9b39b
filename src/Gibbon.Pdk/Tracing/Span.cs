using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>
/// A stretch of time in a trace. A span that is not <see cref="IsRecording">recording</see> ignores everything it is told; plugins need not
/// ask.
/// </summary>
public abstract class Span
{
    /// <summary>Its name.</summary>
    public abstract string Name { get; set; }

    /// <summary>What it is to the conversation.</summary>
    public abstract SpanKind Kind { get; }

    /// <summary>Whether it remembers what it is told: <c>false</c> when tracing is off.</summary>
    public abstract bool IsRecording { get; }

    /// <summary>The trace, 16 bytes.</summary>
    public abstract ReadOnlyMemory<byte> TraceId { get; set; }

    /// <summary>The span, 8 bytes.</summary>
    public abstract ReadOnlyMemory<byte> SpanId { get; }

    /// <summary>The span it belongs to, 8 bytes; empty for the first of a trace.</summary>
    public abstract ReadOnlyMemory<byte> ParentId { get; set; }

    /// <summary>The span it belongs to, if that one is here.</summary>
    public abstract Span? Parent { get; }

    /// <summary>When it started, in nanoseconds since 1970.</summary>
    public abstract long StartTimeNs { get; }

    /// <summary>When it ended, in nanoseconds since 1970; <c>null</c> while it lasts.</summary>
    public abstract long? EndTimeNs { get; }

    /// <summary>How it ended.</summary>
    public abstract SpanStatus Status { get; }

    /// <summary>Whether it is exported.</summary>
    public abstract bool ShouldSample { get; set; }

    /// <summary>What is known about it.</summary>
    public abstract IReadOnlyDictionary<string, object?> Attributes { get; }

    /// <summary>What happened during it, in order.</summary>
    public abstract IReadOnlyList<SpanEvent> Events { get; }

    /// <summary>Ends it. Ending it again does nothing; an end before its start is logged and ignored.</summary>
    /// <param name="endTimeNs">When, in nanoseconds since 1970; now if not said.</param>
    /// <exception cref="KongArgumentException"><c>invalid span end time</c>.</exception>
    [Kong("span:finish"), Phases(Phase.Any)]
    public void Finish(long? endTimeNs = null)
    {
        if (endTimeNs < 0)
            throw new KongArgumentException("invalid span end time", nameof(endTimeNs));

        FinishCore(endTimeNs);
    }

    /// <summary>Says something about it.</summary>
    /// <param name="key">What, as OpenTelemetry names it: <c>http.method</c>.</param>
    /// <param name="value">A text, a number, a truth value, a list or a map of these; <c>null</c> removes the key.</param>
    /// <exception cref="KongArgumentException"><c>invalid key</c>.</exception>
    [Kong("span:set_attribute"), Phases(Phase.Any)]
    public void SetAttribute(string key, object? value)
    {
        if (string.IsNullOrEmpty(key))
            throw new KongArgumentException("invalid key", nameof(key));

        SetAttributeCore(key, value);
    }

    /// <summary>Says that something happened.</summary>
    /// <param name="name">What.</param>
    /// <param name="attributes">More about it.</param>
    /// <param name="timeNs">When, in nanoseconds since 1970; now if not said.</param>
    /// <exception cref="KongArgumentException"><c>invalid name</c>.</exception>
    [Kong("span:add_event"), Phases(Phase.Any)]
    public void AddEvent(string name, ValueMap? attributes = null, long? timeNs = null)
    {
        if (string.IsNullOrEmpty(name))
            throw new KongArgumentException("invalid name", nameof(name));

        AddEventCore(name, attributes, timeNs);
    }

    /// <summary>Says that something went wrong, as an event <c>exception</c>.</summary>
    /// <param name="message">What.</param>
    [Kong("span:record_error"), Phases(Phase.Any)]
    public void RecordError(string message) => AddEventCore("exception", new ValueMap { ["exception.message"] = message }, null);

    /// <summary>Says how it ended.</summary>
    /// <param name="status">How.</param>
    /// <exception cref="KongArgumentException"><c>invalid status</c>.</exception>
    [Kong("span:set_status"), Phases(Phase.Any)]
    public void SetStatus(SpanStatus status)
    {
        if (!Enum.IsDefined(status))
            throw new KongArgumentException("invalid status", nameof(status));

        SetStatusCore(status);
    }

    /// <summary>See <see cref="Finish"/>.</summary>
    /// <param name="endTimeNs">When; now if <c>null</c>.</param>
    protected abstract void FinishCore(long? endTimeNs);

    /// <summary>See <see cref="SetAttribute"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    protected abstract void SetAttributeCore(string key, object? value);

    /// <summary>See <see cref="AddEvent"/>.</summary>
    /// <param name="name">The name.</param>
    /// <param name="attributes">The attributes.</param>
    /// <param name="timeNs">When; now if <c>null</c>.</param>
    protected abstract void AddEventCore(string name, ValueMap? attributes, long? timeNs);

    /// <summary>See <see cref="SetStatus"/>.</summary>
    /// <param name="status">How it ended.</param>
    protected abstract void SetStatusCore(SpanStatus status);
}
