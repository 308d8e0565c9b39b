using System.ComponentModel;
using System.Runtime.InteropServices;
using Gibbon.Threading;

namespace Gibbon.Proxy.Transports.Epoll;

/// <summary>
/// A thread that waits for what happens to its sockets, and on which their requests go on. Each socket is told to the kernel once, for all its life and for changes only: between
/// two messages there is no call for it beside those that move bytes.
/// </summary>
internal sealed unsafe class EpollLoop
{
    private const int MostEvents = 256;
    private const uint Readable = 0x1;
    private const uint Writable = 0x4;
    private const uint Failed = 0x8;
    private const uint HungUp = 0x10;
    private const uint PeerEnded = 0x2000;
    private const uint ChangesOnly = 1u << 31;

    // The kernel's structure has no gap between its two fields on x86-64, and has one elsewhere.
    private static readonly int s_keyOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly EpollLoop[] s_all = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(static number => new EpollLoop(number))];
    private static uint s_next;

    [ThreadStatic]
    private static EpollLoop? t_current;

    private readonly Lock _gate = new();
    private readonly Stack<int> _free = [];
    private readonly int _epoll;
    private EpollTransport?[] _transports = new EpollTransport?[64];
    private int _used;
    private uint _generation;

    private EpollLoop(int number)
    {
        _epoll = EpollCalls.CreateEpoll();
        if (_epoll < 0) throw new Win32Exception(-_epoll);

        new Thread(Run) { IsBackground = true, Name = $"sockets {number}" }.Start();
    }

    /// <summary>The loop of this thread, so that a request and its upstream stay together; on other threads one after the other.</summary>
    public static EpollLoop Next() => t_current ?? s_all[Interlocked.Increment(ref s_next) % (uint)s_all.Length];

    /// <summary>Watches a socket from now on; false when the kernel cannot.</summary>
    public bool TryAdd(EpollTransport transport, int descriptor)
    {
        lock (_gate)
        {
            if (!_free.TryPop(out int place))
            {
                place = _used++;
                if (place == _transports.Length) Array.Resize(ref _transports, place * 2);
            }

            transport.Key = ((ulong)++_generation << 32) | (uint)place;
            Volatile.Write(ref _transports[place], transport);
        }

        byte* description = stackalloc byte[16];
        *(uint*)description = Readable | Writable | PeerEnded | ChangesOnly;
        *(ulong*)(description + s_keyOffset) = transport.Key;
        if (EpollCalls.Add(_epoll, descriptor, description) >= 0) return true;

        Forget(transport);
        return false;
    }

    /// <summary>Watches a socket no more, for somebody else is to.</summary>
    public void Remove(EpollTransport transport, int descriptor)
    {
        byte* description = stackalloc byte[16];
        _ = EpollCalls.Remove(_epoll, descriptor, description);
        Forget(transport);
    }

    /// <summary>Forgets a transport whose socket is closed; the kernel has forgotten it by itself.</summary>
    public void Forget(EpollTransport transport)
    {
        int place = (int)(uint)transport.Key;
        lock (_gate)
        {
            if (_transports[place] != transport) return;

            _transports[place] = null;
            _free.Push(place);
        }
    }

    private void Run()
    {
        t_current = this;
        ShortTurns.Ask(ShortTurns.Shortest);
        int stride = s_keyOffset + sizeof(ulong);
        byte* events = stackalloc byte[MostEvents * 16];
        while (true)
        {
            int count = EpollCalls.WaitForEvents(_epoll, events, MostEvents);
            if (count < 0) throw new Win32Exception(-count);

            for (byte* told = events; told < events + (count * stride); told += stride)
            {
                Tell(*(ulong*)(told + s_keyOffset), *(uint*)told);
            }
        }
    }

    // What was closed a moment ago may still be told of, and its place may be another's by now.
    private void Tell(ulong key, uint what)
    {
        EpollTransport? transport = Volatile.Read(ref Volatile.Read(ref _transports)[(int)(uint)key]);
        if (transport?.Key != key) return;

        bool failed = (what & (Failed | HungUp)) != 0;
        if (failed || (what & Writable) != 0) transport.Sending.Signal(failed);
        if (failed || (what & (Readable | PeerEnded)) != 0) transport.Receiving.Signal(failed || (what & PeerEnded) != 0);
    }
}
