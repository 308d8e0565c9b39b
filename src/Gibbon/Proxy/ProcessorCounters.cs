using System.Numerics;

namespace Gibbon.Proxy;

/// <summary>Figures that every request counts: every processor has its own, and whoever reads adds them up.</summary>
/// <param name="figures">How many figures there are.</param>
internal sealed class ProcessorCounters(int figures)
{
    // Figures of other processors must not lie on the same cache line.
    private const int Padding = 8;

    private readonly long[][] _cells =
        [.. Enumerable.Range(0, (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount)).Select(_ => new long[figures + Padding])];

    /// <summary>Those of the present processor. The thread may go on to another one: they are added to with <see cref="Interlocked"/>.</summary>
    public long[] Own => _cells[Thread.GetCurrentProcessorId() & (_cells.Length - 1)];

    /// <summary>One figure, of all processors.</summary>
    public long Sum(int figure)
    {
        long sum = 0;
        foreach (long[] cell in _cells)
        {
            sum += Volatile.Read(ref cell[figure]);
        }

        return sum;
    }
}
