using System.Diagnostics;

namespace Gibbon.Threading;

/// <summary>
/// Work that has a thread for longer than a request has, and that nobody waits for to the tenth of a millisecond: a change of the configuration, from its body to its snapshot. It is done in
/// pieces, and between two of them whoever waits for the processor goes first: requests, above all.
/// </summary>
/// <remarks>
/// The kernel does not see to that by itself. A thread of requests that has had its share, because it has just served a handful of them, does not go before one that works on, however short its
/// turns are, and the kernel looks again when its clock ticks: four milliseconds later, on most systems. So a request waited for the rest of a change, whatever its length.
/// </remarks>
internal static class LongWork
{
    // 50 microseconds: half of what a small request takes itself.
    private static readonly long s_piece = Stopwatch.Frequency / 20_000;

    [ThreadStatic]
    private static long t_began;

    /// <summary>
    /// Lets others have the processor, if this thread has worked for 50 microseconds since it last did; else it costs next to nothing, so it may be called for each entity of many.
    /// A thread that has the shortest turns serves requests, and goes on.
    /// </summary>
    public static void GiveWay()
    {
        ulong turn = ShortTurns.Asked;
        if (turn == ShortTurns.Shortest || Stopwatch.GetTimestamp() - t_began < s_piece)
        {
            return;
        }

        // Who gives a turn away gives all of it: where requests keep every processor busy, each one would cost a change some milliseconds.
        if (turn == 0)
        {
            ShortTurns.Ask(ShortTurns.Short);
        }

        Thread.Yield();
        t_began = Stopwatch.GetTimestamp();
    }
}
