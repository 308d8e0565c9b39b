namespace Gibbon.Plugins.Shared.Counting;

/// <summary>What one client has used, counted in each period. Many threads count at once and none waits.</summary>
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

    /// <summary>Counts, or takes back what was counted.</summary>
    /// <param name="period">The period.</param>
    /// <param name="start">When the window began.</param>
    /// <param name="amount">How much is added.</param>
    /// <returns>How many requests the window has had with it.</returns>
    public long Add(Period period, long start, long amount = 1)
    {
        ref var place = ref windows[(int)period];
        while (true)
        {
            var window = Volatile.Read(ref place);
            if (window?.Start == start)
                return window.Add(amount);

            // The window has ended while this request was on its way: nobody will ask for it again.
            if (window?.Start > start)
                return amount;

            if (Interlocked.CompareExchange(ref place, new Window(start, amount), window) == window)
                return amount;
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
    sealed class Window(long start, long first)
    {
        long count = first;

        public long Start => start;

        public long Count => Volatile.Read(ref count);

        public long Add(long amount) => Interlocked.Add(ref count, amount);
    }
}
