namespace Gibbon.Balancing.Algorithms;

/// <summary>
/// The address that has answered fastest of late, for its weight (<see cref="AnswerTime"/>). An address nothing is known of starts with the mean
/// of the others. Where a request has failed it is not sent again. Of very many addresses a window is compared, as in
/// <see cref="LeastConnections"/>.
/// </summary>
internal sealed class Latency : PickingAlgorithm
{
    private readonly TargetAddress[] _addresses;
    private readonly BalancerState _state;
    private readonly double _frequency;

    public Latency(TargetAddress[] addresses, BalancerState state)
    {
        _addresses = [.. addresses.Where(static address => address.Weight > 0)];
        _state = state;
        _frequency = state.Time.TimestampFrequency;
        long now = state.Time.GetTimestamp();
        double[] known = [.. _addresses.Where(static address => address.State.AnswerTime.IsKnown).Select(address => address.State.AnswerTime.At(now, _frequency))];
        double mean = known.Length == 0 ? 0 : known.Average();
        foreach (TargetAddress address in _addresses.Where(static address => !address.State.AnswerTime.IsKnown))
        {
            address.State.AnswerTime.Begin(mean, now);
        }
    }

    public override TargetAddress? Pick(in PickInput input) =>
        Best(in input, LeastConnections.Window) ?? (_addresses.Length > LeastConnections.Window ? Best(in input, _addresses.Length) : null);

    private TargetAddress? Best(in PickInput input, int most)
    {
        int count = _addresses.Length;
        if (count == 0)
        {
            return null;
        }

        long now = _state.Time.GetTimestamp();
        TargetAddress? best = null;
        double least = double.MaxValue;
        int place = (int)((Interlocked.Increment(ref _state.Turn) - 1) % (uint)count);
        for (int i = Math.Min(count, most); i > 0; i--, place = place + 1 == count ? 0 : place + 1)
        {
            TargetAddress address = _addresses[place];
            if (!address.IsAvailable || input.HasTried(address))
            {
                continue;
            }

            double score = address.State.AnswerTime.At(now, _frequency) / address.Weight;
            if (score < least)
            {
                least = score;
                best = address;
            }
        }

        return best;
    }
}
