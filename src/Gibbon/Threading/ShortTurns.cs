using System.Runtime.InteropServices;

namespace Gibbon.Threading;

/// <summary>
/// How the kernel is to share a processor between a thread and what else runs there. Linux lets a thread say, from 6.12 on, how long its turns are (<c>sched_setattr(2)</c>): one that asks for
/// shorter ones has no more of the processor for that, but goes sooner before others, and waits less for its next one when it has given one away (<see cref="LongWork"/>). It needs no right.
/// Other systems share as they do.
/// </summary>
internal static unsafe partial class ShortTurns
{
    /// <summary>The shortest turns that the kernel grants, in nanoseconds: for threads that have little to do at a time and are waited for. A small request takes less.</summary>
    public const ulong Shortest = 100_000;

    /// <summary>Three times as long, in nanoseconds: short, and yet no reason to go before who asks for <see cref="Shortest"/>.</summary>
    public const ulong Short = 300_000;

    [ThreadStatic]
    private static ulong t_asked;

    // Neither has a function in every C library; elsewhere than on Linux these numbers mean something else.
    private static readonly (nint Get, nint Set)? s_calls = (OperatingSystem.IsLinux(), RuntimeInformation.ProcessArchitecture) switch
    {
        (true, Architecture.X64) => (315, 314),
        (true, Architecture.Arm64) => (275, 274),
        _ => null,
    };

    /// <summary>What the thread that calls has asked for, heeded or not, in nanoseconds; 0 if it has not.</summary>
    public static ulong Asked => t_asked;

    /// <summary>Asks for them for the thread that calls. Older kernels pay no heed to it, and where it is forbidden, or there is no such thing, everything goes on as it was.</summary>
    /// <param name="nanoseconds">How long a turn is.</param>
    public static void Ask(ulong nanoseconds)
    {
        t_asked = nanoseconds;
        if (s_calls is not { } calls) return;

        Attributes attributes = default;
        if (syscall(calls.Get, 0, (nint)(&attributes), sizeof(Attributes), 0) < 0 || attributes.Policy != Attributes.Ordinary) return;

        // The rest, the niceness among it, stays as whoever started this process wanted it.
        attributes.Runtime = nanoseconds;
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
