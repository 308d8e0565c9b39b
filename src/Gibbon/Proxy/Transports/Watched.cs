namespace Gibbon.Proxy.Transports;

/// <summary>Something with a deadline: a connection or a tunnel. <see cref="OnExpired"/> runs on a timer thread and must be quick.</summary>
internal abstract class Watched(Watchdog watchdog)
{
    internal const long None = long.MaxValue;

    private long _deadline = None;
    private long _scheduled = None;

    internal long Deadline => Volatile.Read(ref _deadline);

    internal long Scheduled
    {
        set => Volatile.Write(ref _scheduled, value);
    }

    internal int Place { get; set; } = -1;

    internal Watched? Next { get; set; }

    internal Watched? Previous { get; set; }

    /// <summary>Sets the deadline to so many milliseconds from now; 0 or less clears it.</summary>
    protected void SetDeadline(int milliseconds)
    {
        if (milliseconds <= 0)
        {
            ClearDeadline();
            return;
        }

        var deadline = Watchdog.Now + milliseconds;
        Volatile.Write(ref _deadline, deadline);

        // The wheel clears _scheduled, then reads _deadline; here it is the other way round: one of the two sees the other's write.
        Interlocked.MemoryBarrier();
        if (deadline + 50 < Volatile.Read(ref _scheduled)) watchdog.Schedule(this);
    }

    protected void ClearDeadline() => Volatile.Write(ref _deadline, None);

    protected abstract void OnExpired();

    internal void Expire()
    {
        if (Interlocked.Exchange(ref _deadline, None) is var deadline && deadline <= Watchdog.Now) OnExpired();
        else if (deadline != None) Restore(deadline);
    }

    private void Restore(long deadline)
    {
        Interlocked.CompareExchange(ref _deadline, deadline, None);
        watchdog.Schedule(this);
    }
}
