using System.Collections.Concurrent;
using Gibbon.Observability;

namespace Gibbon.Balancing;

/// <summary>
/// What balancers remember, by upstream. Outlives snapshots and, handed from one core to the next, a reload too. Of an upstream that is gone the
/// memory is kept for a while: it may come back with the next configuration.
/// </summary>
internal sealed class BalancerStates(TimeProvider time, ErrorLog? log)
{
    /// <summary>How long an address, or an upstream, that nobody has any more is remembered: Kong's five minutes.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Guid, BalancerState> _states = new();

    /// <summary>Where it is said that something became healthy or unhealthy; a reload brings another one.</summary>
    public ErrorLog? Log { get; set; } = log;

    public TimeProvider Time => time;

    /// <summary>The memory of an upstream.</summary>
    public BalancerState Of(Guid upstream) => _states.GetOrAdd(upstream, static (_, states) => new BalancerState(states), this);

    /// <summary>Drops what has been out of use for too long.</summary>
    /// <param name="live">The upstreams there are.</param>
    public void Prune(IReadOnlySet<Guid> live)
    {
        long now = time.GetTimestamp();
        foreach ((Guid id, BalancerState state) in _states)
        {
            if (live.Contains(id))
            {
                state.UnusedSince = 0;
                state.Prune(now);
            }
            else if (state.UnusedSince == 0)
            {
                state.UnusedSince = now;
            }
            else if (time.GetElapsedTime(state.UnusedSince, now) > Memory)
            {
                _states.TryRemove(id, out _);
            }
        }
    }
}
