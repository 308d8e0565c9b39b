namespace Gibbon.Balancing;

/// <summary>
/// The answer times of an address as a mean that forgets: a time weighs the less the longer ago it was. Written by whoever finishes a request
/// and read by whoever picks, without a lock: a lost update costs one sample of many.
/// </summary>
internal sealed class AnswerTime
{
    /// <summary>Seconds after which a time weighs a third.</summary>
    private const double Decay = 10;

    private double _mean;
    private long _touched;

    /// <summary>Whether anything has been measured, or put in its place.</summary>
    public bool HasBegun => Volatile.Read(ref _touched) != 0;

    /// <summary>Adds a measured time, in seconds.</summary>
    public void Add(double seconds, long now, double frequency)
    {
        double mean = At(now, frequency, seconds);
        Volatile.Write(ref _mean, mean);
        Volatile.Write(ref _touched, now);
    }

    /// <summary>Begins with what the others are like, so that a new address is neither shunned nor flooded.</summary>
    public void Begin(double seconds, long now)
    {
        Volatile.Write(ref _mean, seconds);
        Volatile.Write(ref _touched, now);
    }

    /// <summary>The mean now: an address that was left alone is forgiven little by little.</summary>
    public double At(long now, double frequency, double sample = 0)
    {
        double weight = Math.Exp(-Math.Max(0, now - Volatile.Read(ref _touched)) / frequency / Decay);
        return (Volatile.Read(ref _mean) * weight) + (sample * (1 - weight));
    }
}
