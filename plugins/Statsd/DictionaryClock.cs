namespace Gibbon.Plugins.Statsd;

/// <summary>Says when the shared dictionaries are due: more than a minute after the last time, whichever configuration asks.</summary>
sealed class DictionaryClock
{
    const long Pause = 60;

    long last;

    /// <summary>Whether they are due; if so they no longer are for others.</summary>
    public bool IsDue(TimeProvider time)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var before = Interlocked.Read(ref last);
        return before + Pause < now && Interlocked.CompareExchange(ref last, now, before) == before;
    }
}
