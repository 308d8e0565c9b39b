namespace Gibbon.Plugins.RateLimiting;

/// <summary>The requests of one client, counted in each period. Many threads count at once and none waits.</summary>
sealed class Counter
{
    readonly Window?[] windows = new Window?[Periods.Count];

    /// <summary>When it was last asked, in seconds since 1970.</summary>
    public long LastUse { get; set; }

    /// <summary>How many requests a window has had.</summary>
    /// <param name="period">The period.</param>
    /// <param name="start">When the window began.</param>
    public long Usage(Period period, long start)
    {
        var window = Volatile.Read(ref windows[(int)period]);
        return window?.Start == start ? window.Count : 0;
    }

    /// <summary>Counts a request.</summary>
    /// <param name="period">The period.</param>
    /// <param name="start">When the window began.</param>
    public void Add(Period period, long start)
    {
        ref var place = ref windows[(int)period];
        while (true)
        {
            var window = Volatile.Read(ref place);
            if (window?.Start == start)
            {
                window.Add();
                return;
            }

            // The window has ended while this request was on its way: nobody will ask for it again.
            if (window?.Start > start)
                return;

            if (Interlocked.CompareExchange(ref place, new Window(start), window) == window)
                return;
        }
    }

    /// <summary>Whether all its windows have ended.</summary>
    /// <param name="now">The moment, in seconds since 1970.</param>
    public bool IsOver(long now)
    {
        for (var period = Period.Second; period <= Period.Year; period++)
            if (Volatile.Read(ref windows[(int)period]) is { } window && window.Start == period.WindowStart(now))
                return false;

        return true;
    }

    /// <summary>A window that has had its first request.</summary>
    sealed class Window(long start)
    {
        long count = 1;

        public long Start => start;

        public long Count => Volatile.Read(ref count);

        public void Add() => Interlocked.Increment(ref count);
    }
}
