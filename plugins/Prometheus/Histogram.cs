using System.Globalization;

namespace Gibbon.Plugins.Prometheus;

/// <summary>A distribution of milliseconds. Observing takes no lock and allocates nothing.</summary>
/// <param name="limits">The upper ends of the buckets, ascending; what is beyond goes to one more.</param>
sealed class Histogram(double[] limits)
{
    readonly long[] counts = new long[limits.Length + 1];
    double sum;

    /// <summary>Takes a value in. A negative one is none.</summary>
    /// <param name="milliseconds">The value.</param>
    public void Observe(double milliseconds)
    {
        if (!(milliseconds >= 0))
            return;

        var bucket = 0;
        while (bucket < limits.Length && milliseconds > limits[bucket])
            bucket++;

        Interlocked.Increment(ref counts[bucket]);
        double before, seen = sum;
        do
            before = seen;
        while ((seen = Interlocked.CompareExchange(ref sum, before + milliseconds, before)) != before);
    }

    /// <summary>How many values there are up to each limit (limits with none are left out), how many in all, and their sum.</summary>
    public (List<(string Limit, long Count)> Buckets, long Count, double Sum) Read()
    {
        var buckets = new List<(string, long)>(counts.Length);
        var total = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            total += Interlocked.Read(ref counts[i]);
            if (total > 0)
                buckets.Add((i < limits.Length ? limits[i].ToString(CultureInfo.InvariantCulture) : "+Inf", total));
        }

        return (buckets, total, Volatile.Read(ref sum));
    }
}
