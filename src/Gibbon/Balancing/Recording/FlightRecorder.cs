using Gibbon.Balancing.Health;

namespace Gibbon.Balancing.Recording;

/// <summary>
/// What has happened at an address, for whoever asks why it is in or out: the last probes, the last steps of its health with their causes, and
/// what requests have counted for. A few kilobytes at most.
/// </summary>
internal sealed class FlightRecorder
{
    private const int MostProbes = 32;
    private const int MostTransitions = 32;

    private readonly Recent<ProbeRecord> _probes = new(MostProbes);
    private readonly Recent<TransitionRecord> _transitions = new(MostTransitions);
    private readonly long[] _requests = new long[4];

    public ProbeRecord[] Probes => _probes.ToArray();

    public TransitionRecord[] Transitions => _transitions.ToArray();

    public void Add(in ProbeRecord probe) => _probes.Add(probe);

    public void Add(in TransitionRecord transition) => _transitions.Add(transition);

    /// <summary>A request counted for something.</summary>
    public void Add(HealthEvent what) => Interlocked.Increment(ref _requests[(int)what]);

    /// <summary>How many requests have counted for it since the process began.</summary>
    public long RequestsOf(HealthEvent what) => Volatile.Read(ref _requests[(int)what]);
}

/// <summary>A probe.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Type">By which protocol.</param>
/// <param name="Event">What it counted for; null when its status counts for nothing.</param>
/// <param name="Status">The status of the answer; 0 without one.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Error">What was wrong, when there was no answer.</param>
internal readonly record struct ProbeRecord(DateTimeOffset At, string Type, HealthEvent? Event, int Status, TimeSpan Took, string? Error);

/// <summary>A step of an address's health.</summary>
/// <param name="At">When.</param>
/// <param name="Before">Where it stood.</param>
/// <param name="After">Where it stands.</param>
/// <param name="Cause">What did it.</param>
internal readonly record struct TransitionRecord(DateTimeOffset At, HealthState Before, HealthState After, string Cause);

/// <summary>An answer to the look-up of a target's name.</summary>
/// <param name="At">When it was first seen.</param>
/// <param name="Source">The type of the records, or the resolver's error.</param>
/// <param name="Addresses">The addresses with their ports.</param>
/// <param name="Ttl">How long it holds, when the resolver tells.</param>
internal sealed record ResolutionRecord(DateTimeOffset At, string Source, IReadOnlyList<string> Addresses, TimeSpan? Ttl);
