namespace Gibbon.Balancing.Algorithms;

/// <summary>
/// The address with the fewest requests under way for its weight. Two requests at the same moment may choose the same address, and the next
/// one sees it. When a request has failed everywhere, it begins anew.
/// </summary>
internal sealed class LeastConnections(TargetAddress[] addresses, BalancerState state) : LeastScore(addresses, state)
{
    public override TargetAddress? Pick(in PickInput input)
    {
        TargetAddress? best = base.Pick(in input);
        if (best is null && input.Tried is { IsEmpty: false })
        {
            input.Tried.Clear();
            best = base.Pick(in input);
        }

        return best;
    }

    protected override double ScoreOf(TargetAddress address, long now) =>
        (Volatile.Read(ref address.State.Connections) + 1) / (double)address.Weight;
}
