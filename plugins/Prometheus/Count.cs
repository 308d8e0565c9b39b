namespace Gibbon.Plugins.Prometheus;

/// <summary>A number that only grows, from any thread.</summary>
sealed class Count
{
    long value;

    /// <summary>The number.</summary>
    public long Value => Interlocked.Read(ref value);

    /// <summary>Adds to it.</summary>
    public void Add(long amount) => Interlocked.Add(ref value, amount);
}
