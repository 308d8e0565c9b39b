using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>
/// The log during a request: lines carry the request's id, and the request itself can be written as data. Kong's <c>kong.log</c>.
/// </summary>
/// <param name="context">The request it is a part of.</param>
public abstract class RequestLog(RequestContext context) : PluginLogger
{
    const Phase Setting = Phase.Rewrite | Phase.Access | Phase.HeaderFilter | Phase.Response | Phase.BodyFilter | Phase.Log;

    List<SerializeValue>? values;

    /// <summary>The request it is a part of.</summary>
    protected RequestContext Context { get; } = context;

    /// <summary>Adds a value to what logging plugins write about this request.</summary>
    /// <param name="key">
    /// Where: names with dots between them (<c>request.headers.x</c>); a dot in front belongs to the first name. Maps on the way are
    /// made,
    /// except for <see cref="SerializeMode.Replace"/>.
    /// </param>
    /// <param name="value">
    /// <c>null</c>, which takes a field out, <see cref="DBNull"/> for a null that is shown, a truth value, a number, a text, a
    /// <see cref="ValueMap"/> or a <see cref="ValueList"/>. Not copied; looked at only in the log phase.
    /// </param>
    /// <param name="mode">When it takes effect.</param>
    /// <exception cref="PhaseException">Too early.</exception>
    [Kong("kong.log.set_serialize_value"), Phases(Setting)]
    public void SetSerializeValue(string key, object? value, SerializeMode mode = SerializeMode.Set)
    {
        PhaseException.ThrowUnless(Context.Phase, Setting);
        ArgumentNullException.ThrowIfNull(key);
        if (!Enum.IsDefined(mode))
            throw new KongArgumentException("mode must be 'set', 'add' or 'replace'", nameof(mode));

        (values ??= []).Add(new SerializeValue(key, value, mode));
    }

    /// <summary>
    /// The request as data: what Kong's logging plugins write (<c>request</c>, <c>response</c>, <c>latencies</c>, <c>tries</c>,
    /// <c>route</c>,
    /// <c>service</c>, <c>consumer</c>, <c>client_ip</c>, <c>started_at</c> …), with the values that were set. Times are in milliseconds;
    /// <c>authorization</c> headers are <c>REDACTED</c>.
    /// </summary>
    /// <returns>A new map at each call; it may be kept and changed.</returns>
    /// <exception cref="PhaseException">Not in <c>log</c>.</exception>
    /// <exception cref="KongArgumentException">A value that was set cannot be written, or its key leads through something that is not a
    /// map.</exception>
    [Kong("kong.log.serialize"), Phases(Phase.Log)]
    public ValueMap Serialize()
    {
        PhaseException.ThrowUnless(Context.Phase, Phase.Log);
        var root = SerializeCore();
        foreach (var value in values ?? [])
            value.ApplyTo(root);

        return root;
    }

    /// <summary>Latencies and sizes of this request; allocates nothing.</summary>
    /// <exception cref="PhaseException">Not in <c>log</c>.</exception>
    [Phases(Phase.Log)]
    public TrafficFigures Figures
    {
        get
        {
            PhaseException.ThrowUnless(Context.Phase, Phase.Log);
            return FiguresCore;
        }
    }

    /// <summary>When the steps of this request ended; allocates nothing.</summary>
    /// <exception cref="PhaseException">Not in <c>log</c>.</exception>
    [Phases(Phase.Log)]
    public PhaseTimes Times
    {
        get
        {
            PhaseException.ThrowUnless(Context.Phase, Phase.Log);
            return TimesCore;
        }
    }

    /// <summary>See <see cref="Times"/>.</summary>
    protected abstract PhaseTimes TimesCore { get; }

    /// <summary>See <see cref="Figures"/>.</summary>
    protected abstract TrafficFigures FiguresCore { get; }

    /// <summary>See <see cref="Serialize"/>: the request alone.</summary>
    protected abstract ValueMap SerializeCore();

    /// <summary>For the engine: forgets the values that were set.</summary>
    protected virtual void Reset() => values?.Clear();
}
