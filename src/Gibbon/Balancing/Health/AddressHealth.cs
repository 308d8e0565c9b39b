namespace Gibbon.Balancing.Health;

/// <summary>
/// The health of an address: Kong's four states and four counters. Probes and requests count on the same counters, each up to thresholds of
/// their own. A success forgets the failures and a failure the successes; what would only confirm the state is not counted, and costs a read.
/// </summary>
internal sealed class AddressHealth
{
    private const int Most = 254;

    private readonly Lock _gate = new();
    private readonly int[] _counts = new int[4];
    private volatile int _state;

    public HealthState State => (HealthState)_state;

    public bool IsAvailable => _state <= (int)HealthState.MostlyHealthy;

    /// <summary>Counts an event.</summary>
    /// <param name="what">What happened.</param>
    /// <param name="threshold">How many of them decide; 0: they are not counted.</param>
    /// <param name="change">What became of the state by it, and by how many such events.</param>
    /// <returns>Whether the state is another now.</returns>
    public bool Count(HealthEvent what, int threshold, out HealthChange change)
    {
        change = default;
        HealthState confirmed = what == HealthEvent.Success ? HealthState.Healthy : HealthState.Unhealthy;
        if (threshold == 0 || State == confirmed)
        {
            return false;
        }

        lock (_gate)
        {
            HealthState before = State;
            int count = _counts[(int)what] = Math.Min(Most, _counts[(int)what] + 1);
            Forget(what);
            HealthState after = count >= threshold ? confirmed
                : before == HealthState.Healthy && what != HealthEvent.Success ? HealthState.MostlyHealthy
                : before == HealthState.Unhealthy && what == HealthEvent.Success ? HealthState.MostlyUnhealthy
                : before;
            _state = (int)after;
            change = new HealthChange(before, after, count);
            return before != after;
        }
    }

    /// <summary>Sets the state from outside and forgets what was counted.</summary>
    public bool Set(bool healthy, out HealthChange change)
    {
        lock (_gate)
        {
            HealthState before = State;
            HealthState after = healthy ? HealthState.Healthy : HealthState.Unhealthy;
            Array.Clear(_counts);
            _state = (int)after;
            change = new HealthChange(before, after, 0);
            return before != after;
        }
    }

    /// <summary>How many of an event have been counted since the last of the other kind.</summary>
    public int CountOf(HealthEvent what)
    {
        lock (_gate)
        {
            return _counts[(int)what];
        }
    }

    private void Forget(HealthEvent what)
    {
        if (what != HealthEvent.Success)
        {
            _counts[(int)HealthEvent.Success] = 0;
            return;
        }

        _counts[(int)HealthEvent.HttpFailure] = _counts[(int)HealthEvent.TcpFailure] = _counts[(int)HealthEvent.Timeout] = 0;
    }
}

/// <summary>A step from one state to another.</summary>
/// <param name="Before">Where it stood.</param>
/// <param name="After">Where it stands.</param>
/// <param name="Count">The events that did it; 0 when somebody set it.</param>
internal readonly record struct HealthChange(HealthState Before, HealthState After, int Count)
{
    /// <summary>Whether requests go there now and did not before, or the other way round.</summary>
    public bool MovesRequests => Before <= HealthState.MostlyHealthy != After <= HealthState.MostlyHealthy;
}
