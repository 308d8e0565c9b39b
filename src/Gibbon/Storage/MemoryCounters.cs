using System.Collections.Concurrent;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>Numbers of rows that only this node knows: counted in one step, forgotten when their time is over.</summary>
internal sealed class MemoryCounters(TimeProvider clock)
{
    const int SweepEvery = 4096;

    readonly ConcurrentDictionary<string, Counter> counters = new(StringComparer.Ordinal);
    int additions;

    /// <summary>Adds to the number of a row.</summary>
    /// <param name="schema">The kind of row.</param>
    /// <param name="key">The fields that identify the row; others are left aside.</param>
    /// <param name="field">The number.</param>
    /// <param name="amount">What is added.</param>
    /// <param name="timeToLive">How long the row lives, from its first addition; <c>null</c> for ever.</param>
    /// <returns>The number after the addition.</returns>
    public long Add(Schema schema, ValueMap key, string field, long amount, TimeSpan? timeToLive)
    {
        var name = $"{schema.Name}:{field}:{string.Join(':', schema.PrimaryKey.Select(part => EntityLens.TextOf(key.Get(part))))}";
        if (Interlocked.Increment(ref additions) % SweepEvery == 0)
        {
            Sweep();
        }
        var now = clock.GetTimestamp();
        while (true)
        {
            var counter = counters.GetOrAdd(name, static (_, end) => new Counter(end), EndOf(now, timeToLive));
            if (now < counter.End)
            {
                return counter.Add(amount);
            }
            counters.TryRemove(KeyValuePair.Create(name, counter));
        }
    }

    long EndOf(long now, TimeSpan? timeToLive) => timeToLive is { } time ? now + (long)(time.TotalSeconds * clock.TimestampFrequency) : long.MaxValue;

    void Sweep()
    {
        var now = clock.GetTimestamp();
        foreach (var entry in counters)
        {
            if (now >= entry.Value.End)
            {
                counters.TryRemove(entry);
            }
        }
    }

    sealed class Counter(long end)
    {
        long value;

        public long End => end;

        public long Add(long amount) => Interlocked.Add(ref value, amount);
    }
}
