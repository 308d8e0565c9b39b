using System.Globalization;
using System.Runtime.InteropServices;

namespace Gibbon.Lua.Native;

/// <summary>A thread of the operating system, as another one sees it.</summary>
internal static partial class NativeThread
{
    // Of a clock of Linux: the thread's number, complemented, above "of a thread" and "by the scheduler". pthread_getcpuclockid makes the same of it.
    private const int NumberPlace = 3;
    private const int OfThread = 4;
    private const int ByScheduler = 2;

    [ThreadStatic]
    private static int own;

    /// <summary>The number of the calling thread; 0 where threads have none that others could ask by.</summary>
    public static int Current => own != 0 || !OperatingSystem.IsLinux() ? own : own = gettid();

    /// <summary>How much processor time a thread has used; null when it is no more, or nobody can tell.</summary>
    public static TimeSpan? Used(int thread) =>
        thread != 0 && clock_gettime((~thread << NumberPlace) | OfThread | ByScheduler, out Timespec time) == 0
            ? new TimeSpan((time.Seconds * TimeSpan.TicksPerSecond) + (time.Nanoseconds / TimeSpan.NanosecondsPerTick))
            : null;

    /// <summary>Whether a thread waits for something other than a processor.</summary>
    public static bool IsAsleep(int thread)
    {
        if (thread == 0)
        {
            return false;
        }

        try
        {
            // Behind the name, which may hold anything, stands the state.
            string text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/self/task/{thread}/stat"));
            int place = text.LastIndexOf(')') + 2;
            return place > 1 && place < text.Length && text[place] is 'S' or 'D';
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Timespec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
