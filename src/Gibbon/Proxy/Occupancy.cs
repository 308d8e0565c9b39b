using System.Numerics;

namespace Gibbon.Proxy;

/// <summary>
/// Whether anybody is in: requests, streams, handshakes. Counted for every one of them, so every processor has figures of its own; whoever asks adds them up.
/// </summary>
internal sealed class Occupancy
{
    // Figures of other processors must not lie on the same cache line.
    private const int Padding = 8;
    private const int Entered = Padding;
    private const int Left = Padding + 1;

    private readonly long[][] _cells = new long[(int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount)][];

    public Occupancy()
    {
        for (int i = 0; i < _cells.Length; i++)
        {
            _cells[i] = new long[(2 * Padding) + 2];
        }
    }

    /// <summary>Whether there was a moment, since this was called, at which nobody was in. Who left is counted first: equal sums mean that all had left by then who had come by then.</summary>
    public bool IsEmpty
    {
        get
        {
            long left = Sum(Left);
            return left == Sum(Entered);
        }
    }

    public void Enter() => Interlocked.Increment(ref Cell[Entered]);

    public void Leave() => Interlocked.Increment(ref Cell[Left]);

    private long[] Cell => _cells[Thread.GetCurrentProcessorId() & (_cells.Length - 1)];

    private long Sum(int figure)
    {
        long sum = 0;
        foreach (long[] cell in _cells)
        {
            sum += Interlocked.Read(ref cell[figure]);
        }

        return sum;
    }
}
