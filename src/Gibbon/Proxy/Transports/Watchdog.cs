namespace Gibbon.Proxy.Transports;

/// <summary>
/// One timer for the deadlines of all connections: a wheel of slots, 50 ms each. To set a deadline is to write a number; an entry is moved
/// only when its slot comes up, or when a deadline comes closer than the slot it waits in. Deadlines fire up to one slot late.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private const int Slot = 50;
    private const int Slots = 1024;

    private readonly Lock _gate = new();
    private readonly Watched?[] _wheel = new Watched?[Slots];
    private readonly List<Watched> _expired = [];
    private readonly Timer _timer;
    private long _tick = Now / Slot;
    private int _count;

    public Watchdog()
    {
        using (ExecutionContext.SuppressFlow())
        {
            _timer = new Timer(static watchdog => ((Watchdog)watchdog!).Turn(), this, Timeout.Infinite, Timeout.Infinite);
        }
    }

    /// <summary>The one that serves the whole process; a second one is only of use to tests.</summary>
    public static Watchdog Shared { get; } = new();

    /// <summary>The clock of all deadlines, in milliseconds.</summary>
    public static long Now => Environment.TickCount64;

    public void Dispose() => _timer.Dispose();

    internal void Schedule(Watched entry)
    {
        lock (_gate)
        {
            Unlink(entry);
            if (entry.Deadline != Watched.None) Link(entry);
        }
    }

    private void Turn()
    {
        lock (_gate)
        {
            for (var now = Now / Slot; _tick < now; _tick++) Visit((int)(_tick % Slots));
        }

        foreach (var entry in _expired) entry.Expire();
        _expired.Clear();

        lock (_gate)
        {
            if (_count > 0) _timer.Change(Slot, Timeout.Infinite);
        }
    }

    private void Visit(int slot)
    {
        var entry = _wheel[slot];
        while (entry is not null)
        {
            var next = entry.Next;
            Unlink(entry);
            Interlocked.MemoryBarrier();
            if (entry.Deadline != Watched.None)
            {
                if (entry.Deadline < (_tick + 1) * Slot) _expired.Add(entry);
                else Link(entry);
            }

            entry = next;
        }
    }

    private void Link(Watched entry)
    {
        if (_count++ == 0)
        {
            _tick = Now / Slot;
            _timer.Change(Slot, Timeout.Infinite);
        }

        var tick = Math.Clamp(entry.Deadline / Slot, _tick + 1, _tick + Slots - 1);
        var slot = (int)(tick % Slots);
        entry.Scheduled = (tick + 1) * Slot;
        entry.Place = slot;
        entry.Previous = null;
        entry.Next = _wheel[slot];
        if (entry.Next is not null) entry.Next.Previous = entry;
        _wheel[slot] = entry;
    }

    private void Unlink(Watched entry)
    {
        if (entry.Place < 0) return;

        if (entry.Previous is null) _wheel[entry.Place] = entry.Next;
        else entry.Previous.Next = entry.Next;
        if (entry.Next is not null) entry.Next.Previous = entry.Previous;
        entry.Next = entry.Previous = null;
        entry.Place = -1;
        entry.Scheduled = Watched.None;
        _count--;
    }
}
