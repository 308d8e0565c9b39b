namespace Gibbon.Balancing;

/// <summary>
/// Kong's wheel: every peer stands on it as often as its weight says (weights divided by what they have in common), in random order;
/// picks go round it.
/// </summary>
internal sealed class RoundRobinWheel
{
    private readonly int[] _places;

    /// <param name="weights">The weight of each peer; those of weight 0 do not stand on the wheel.</param>
    /// <param name="random">Shuffles the places, so that the nodes of a cluster do not all begin with the same peer.</param>
    public RoundRobinWheel(ReadOnlySpan<int> weights, Random random)
    {
        int common = 0;
        foreach (int weight in weights)
        {
            common = GreatestCommonDivisor(common, weight);
        }

        List<int> places = [];
        for (int peer = 0; peer < weights.Length; peer++)
        {
            places.AddRange(Enumerable.Repeat(peer, common == 0 ? 0 : weights[peer] / common));
        }

        _places = [.. places];
        random.Shuffle(_places);
    }

    /// <summary>How many places there are; 0 when no peer has a weight.</summary>
    public int Length => _places.Length;

    /// <summary>The peer at the next place.</summary>
    /// <param name="turn">Where the wheel stands; shared by everybody who picks.</param>
    public int Next(ref uint turn) => _places[(Interlocked.Increment(ref turn) - 1) % (uint)_places.Length];

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
