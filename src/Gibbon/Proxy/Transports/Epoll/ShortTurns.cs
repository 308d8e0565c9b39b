using System.Runtime.InteropServices;

namespace Gibbon.Proxy.Transports.Epoll;

/// <summary>
/// How the kernel is to share a processor between an <see cref="EpollLoop"/> and what else runs there. A loop has little to do at a time and is waited for; a thread that writes to the database or
/// builds a snapshot has much, and nobody notices when it takes a little longer. Linux lets the former go first, from 6.12 on, when it asks for shorter turns (<c>sched_setattr(2)</c>): it gets no
/// more processor time for that, and needs no right. Without this a request may wait for the rest of the other thread's turn, which can be milliseconds.
/// </summary>
internal static unsafe partial class ShortTurns
{
    // The shortest that the kernel grants. A small request takes less.
    private const ulong TurnNanoseconds = 100_000;

    // Neither has a function in every C library.
    private static readonly (nint Get, nint Set)? s_calls = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => (315, 314),
        Architecture.Arm64 => (275, 274),
        _ => null,
    };

    /// <summary>Asks for short turns for the thread that calls. Older kernels pay no heed to it, and where it is forbidden everything goes on as it was.</summary>
    public static void Ask()
    {
        if (s_calls is not { } calls) return;

        Attributes attributes = default;
        if (syscall(calls.Get, 0, (nint)(&attributes), sizeof(Attributes), 0) < 0 || attributes.Policy != Attributes.Ordinary) return;

        // The rest, the niceness among it, stays as whoever started this process wanted it.
        attributes.Runtime = TurnNanoseconds;
        _ = syscall(calls.Set, 0, (nint)(&attributes), 0, 0);
    }

    [LibraryImport("libc")]
    private static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth);

    // struct sched_attr, in its first form.
    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public const uint Ordinary = 0;

        public uint Size;
        public uint Policy;
        public ulong Flags;
        public int Nice;
        public uint Priority;
        public ulong Runtime;
        public ulong Deadline;
        public ulong Period;
    }
}
