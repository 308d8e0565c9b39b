namespace Gibbon.Proxy.Transports.Epoll;

/// <summary>
/// Whether one direction of a socket is worth trying, and whether somebody waits until it is. The kernel tells a change once, on the loop's thread, while the socket may be
/// used on any other: so readiness is taken before a call and never set back after one, and whatever comes in between is not lost.
/// </summary>
internal struct EpollReadiness
{
    private const int Ready = 1;
    private const int Waiting = 2;
    private const int Ended = 4;
    private const int Closed = 8;

    private int _state;

    /// <summary>Whether a change is still to come: the peer has not ended, nor have we.</summary>
    public readonly bool MayChange => (_state & (Ended | Closed)) == 0;

    /// <summary>Takes the readiness: true when a call may be tried. At the peer's end it stays, since no further change will be told.</summary>
    public bool TryTake()
    {
        int state = Volatile.Read(ref _state);
        if ((state & Ready) == 0) return (state & Closed) != 0;
        if ((state & Ended) == 0) Interlocked.And(ref _state, ~Ready);
        return true;
    }

    /// <summary>There may be more at once.</summary>
    public void Set() => Interlocked.Or(ref _state, Ready);

    /// <summary>Begins to wait; false when it became ready, or closed, in the meantime.</summary>
    public bool TryWait()
    {
        int state = Volatile.Read(ref _state);
        return (state & (Ready | Closed)) == 0 && Interlocked.CompareExchange(ref _state, state | Waiting, state) == state;
    }

    /// <summary>The kernel told a change: true when somebody waits, who is to go on now.</summary>
    public bool Signal(bool ended)
    {
        int told = ended ? Ready | Ended : Ready;
        while (true)
        {
            int state = Volatile.Read(ref _state);
            if ((state & (told | Waiting)) == told) return false;
            if (Interlocked.CompareExchange(ref _state, (state | told) & ~Waiting, state) == state) return (state & Waiting) != 0;
        }
    }

    /// <summary>Closes it: true when somebody waits, who is to be told.</summary>
    public bool Close()
    {
        while (true)
        {
            int state = Volatile.Read(ref _state);
            if (Interlocked.CompareExchange(ref _state, (state | Closed) & ~Waiting, state) == state) return (state & Waiting) != 0;
        }
    }
}
