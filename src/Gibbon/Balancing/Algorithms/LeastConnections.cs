namespace Gibbon.Balancing.Algorithms;

/// <summary>
/// The address with the fewest requests under way for its weight. Equals take turns. The counts are read as they stand, without a lock: two
/// requests at the same moment may choose the same address, and the next one sees it. Of very many addresses a window is compared that moves
/// on with every pick, so that a pick costs the same with ten thousand as with a hundred.
/// </summary>
internal sealed class LeastConnections(TargetAddress[] addresses, BalancerState state) : PickingAlgorithm
{
    /// <summary>The most addresses that one pick compares.</summary>
    internal const int Window = 128;

    private readonly TargetAddress[] _addresses = [.. addresses.Where(static address => address.Weight > 0)];

    public override TargetAddress? Pick(in PickInput input)
    {
        TargetAddress? best = Best(in input, Window);

        // A whole window of addresses that are down is no reason to give up.
        best ??= _addresses.Length > Window ? Best(in input, _addresses.Length) : null;
        if (best is null && input.Tried is { IsEmpty: false })
        {
            input.Tried.Clear();
            best = Best(in input, _addresses.Length);
        }

        return best;
    }

    private TargetAddress? Best(in PickInput input, int most)
    {
        int count = _addresses.Length;
        if (count == 0)
        {
            return null;
        }

        TargetAddress? best = null;
        double least = double.MaxValue;
        int place = (int)((Interlocked.Increment(ref state.Turn) - 1) % (uint)count);
        for (int i = Math.Min(count, most); i > 0; i--, place = place + 1 == count ? 0 : place + 1)
        {
            TargetAddress address = _addresses[place];
            double load = (Volatile.Read(ref address.State.Connections) + 1) / (double)address.Weight;
            if (load < least && address.IsAvailable && !input.HasTried(address))
            {
                least = load;
                best = address;
            }
        }

        return best;
    }
}
