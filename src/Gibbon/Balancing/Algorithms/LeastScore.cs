namespace Gibbon.Balancing.Algorithms;

/// <summary>
/// The address with the least of something for its weight. Equals take turns. The scores are read as they stand, without a lock. Of very many
/// addresses a window is compared that moves on with every pick, so that a pick costs the same with ten thousand as with a hundred.
/// </summary>
internal abstract class LeastScore(TargetAddress[] addresses, BalancerState state) : PickingAlgorithm
{
    // The most addresses that one pick compares.
    private const int Window = 128;

    /// <summary>The addresses that have a weight.</summary>
    protected TargetAddress[] Addresses { get; } = [.. addresses.Where(static address => address.Weight > 0)];

    // A whole window of addresses that are down is no reason to give up.
    public override TargetAddress? Pick(in PickInput input) =>
        Best(in input, Window) ?? (Addresses.Length > Window ? Best(in input, Addresses.Length) : null);

    /// <summary>The time at which a pick compares; asked for once.</summary>
    protected virtual long Now => 0;

    /// <summary>What speaks against an address.</summary>
    protected abstract double ScoreOf(TargetAddress address, long now);

    private TargetAddress? Best(in PickInput input, int most)
    {
        int count = Addresses.Length;
        if (count == 0)
        {
            return null;
        }

        long now = Now;
        TargetAddress? best = null;
        double least = double.MaxValue;
        int place = (int)((Interlocked.Increment(ref state.Turn) - 1) % (uint)count);
        for (int i = Math.Min(count, most); i > 0; i--, place = place + 1 == count ? 0 : place + 1)
        {
            TargetAddress address = Addresses[place];
            if (!address.IsAvailable || input.HasTried(address))
            {
                continue;
            }

            double score = ScoreOf(address, now);
            if (score < least)
            {
                least = score;
                best = address;
            }
        }

        return best;
    }
}
