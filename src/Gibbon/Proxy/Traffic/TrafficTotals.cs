using System.Diagnostics;
using System.Numerics;
using Gibbon.Proxy.Exchanges;

namespace Gibbon.Proxy.Traffic;

/// <summary>
/// How many requests this node has answered since it started, how they ended, and how long they took. Counted for every request, and by
/// every processor apart.
/// </summary>
internal sealed class TrafficTotals
{
    private const int Classes = 6;
    private const int StepsPerOctave = 4;
    private const int Octaves = 30;
    private const int Buckets = Octaves * StepsPerOctave;

    private static readonly double MicrosecondsPerTick = 1_000_000d / Stopwatch.Frequency;

    private readonly ProcessorCounters _counters = new(Classes + (2 * Buckets));

    /// <summary>Counts a request that is over.</summary>
    public void Count(Exchange exchange)
    {
        long[] cell = _counters.Own;
        Interlocked.Increment(ref cell[Math.Clamp(exchange.Head.Status / 100, 0, Classes - 1)]);
        ref readonly ExchangeTimes times = ref exchange.Times;
        long end = times.BodyEnded == 0 ? Stopwatch.GetTimestamp() : times.BodyEnded;
        Interlocked.Increment(ref cell[Classes + Bucket(end - times.Started)]);
        if (exchange.IsProxied)
        {
            Interlocked.Increment(ref cell[Classes + Buckets + Bucket(times.BalancerEnded - times.Started)]);
        }
    }

    /// <summary>How many answers had a status of this hundred; 0 is for clients that left before there was one.</summary>
    public long StatusesOf(int hundred) => _counters.Sum(hundred);

    /// <summary>How many requests took how long, from the first byte to the last: upper bounds in milliseconds, only those that occurred.</summary>
    public IReadOnlyList<(double UpTo, long Count)> RequestLatencies() => Histogram(Classes);

    /// <summary>Of requests that were passed on: how long the gateway took until it knew where to.</summary>
    public IReadOnlyList<(double UpTo, long Count)> GatewayLatencies() => Histogram(Classes + Buckets);

    private List<(double UpTo, long Count)> Histogram(int from)
    {
        List<(double, long)> buckets = [];
        for (int i = 0; i < Buckets; i++)
        {
            if (_counters.Sum(from + i) is > 0 and var count)
            {
                buckets.Add((UpTo(i), count));
            }
        }

        return buckets;
    }

    // Four steps to every doubling of the time, in microseconds: no upper bound is more than a quarter too high.
    private static int Bucket(long ticks)
    {
        ulong time = (ulong)Math.Max(StepsPerOctave, ticks * MicrosecondsPerTick);
        int octave = BitOperations.Log2(time);
        int step = (int)(time >> (octave - 2)) & (StepsPerOctave - 1);
        return Math.Min((octave * StepsPerOctave) + step, Buckets - 1);
    }

    private static double UpTo(int bucket)
    {
        int octave = bucket / StepsPerOctave;
        return (1L << octave) * (1 + ((bucket % StepsPerOctave) + 1) / (double)StepsPerOctave) / 1000;
    }
}
