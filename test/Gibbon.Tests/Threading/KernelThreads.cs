using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Gibbon.Tests.Threading;

/// <summary>What Linux knows of a thread.</summary>
static partial class KernelThreads
{
    // Linux before this has no turns of a length that a thread may choose, and pays no heed to being asked.
    static readonly Version Since = new(6, 12);

    /// <summary>The thread that asks.</summary>
    public const string Current = "/proc/thread-self";

    /// <summary>Whether it tells how long a thread's turns are.</summary>
    public static bool TellTurns => OperatingSystem.IsLinux() && Environment.OSVersion.Version >= Since && File.Exists("/proc/self/sched");

    /// <summary>A figure of its scheduler about a thread, <c>se.slice</c> for one: how long its turns are, in nanoseconds.</summary>
    public static long Of(string thread, string name) =>
        long.Parse(Figure().Matches(File.ReadAllText(Path.Combine(thread, "sched"))).Single(line => line.Groups["name"].Value == name).Groups["value"].ValueSpan, CultureInfo.InvariantCulture);

    /// <summary>From now on the thread that asks runs on the first processor that it may use, and on no other.</summary>
    public static void StayOnOneProcessor()
    {
        var processors = new byte[128];
        Assert.True(sched_getaffinity(0, processors.Length, processors) >= 0);
        var first = Array.FindIndex(processors, static part => part != 0);
        var processor = (byte)(processors[first] & -processors[first]);
        Array.Clear(processors);
        processors[first] = processor;
        Assert.Equal(0, sched_setaffinity(0, processors.Length, processors));
    }

    [LibraryImport("libc")]
    private static partial int sched_getaffinity(int thread, nint size, byte[] processors);

    [LibraryImport("libc")]
    private static partial int sched_setaffinity(int thread, nint size, byte[] processors);

    [GeneratedRegex(@"^(?<name>\S+)\s*:\s*(?<value>\d+)$", RegexOptions.Multiline)]
    private static partial Regex Figure();
}
