using System.Collections.Concurrent;

namespace Gibbon.Plugins.Shared.Counting;

/// <summary>The counters of this node: what policy <c>local</c> counts with.</summary>
/// <param name="capacity">How many clients are remembered; beyond it those go first that have not been seen for the longest time.</param>
sealed class LocalCounters(int capacity = LocalCounters.DefaultCapacity)
{
    const int DefaultCapacity = 500_000;

    readonly ConcurrentDictionary<CounterKey, Counter> counters = new();

    /// <summary>How many clients are remembered.</summary>
    public int Count => counters.Count;

    /// <summary>The counter of a client, made by its first request.</summary>
    /// <param name="key">The client.</param>
    /// <param name="now">The moment, in seconds since 1970.</param>
    public Counter For(in CounterKey key, long now)
    {
        if (!counters.TryGetValue(key, out var counter))
            counter = counters.GetOrAdd(key, new Counter());

        // Writing only when it changes keeps the line shared between cores.
        if (counter.LastUse != now)
            counter.LastUse = now;

        return counter;
    }

    /// <summary>Forgets counters that have ended, and those beyond the capacity.</summary>
    /// <param name="now">The moment, in seconds since 1970.</param>
    public void Sweep(long now)
    {
        foreach (var (key, counter) in counters)
            if (counter.LastUse < now && counter.IsOver(now))
                counters.TryRemove(key, out _);

        var surplus = counters.Count - capacity;
        if (surplus <= 0)
            return;

        foreach (var (key, _) in counters.OrderBy(static item => item.Value.LastUse).Take(surplus).ToArray())
            counters.TryRemove(key, out _);
    }
}
