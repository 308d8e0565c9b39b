namespace Gibbon.Balancing.Algorithms;

/// <summary>
/// The address that has answered fastest of late, for its weight (<see cref="AnswerTime"/>). An address nothing is known of starts with the mean
/// of the others. Where a request has failed it is not sent again.
/// </summary>
internal sealed class Latency : LeastScore
{
    private readonly TimeProvider _time;
    private readonly double _frequency;

    public Latency(TargetAddress[] addresses, BalancerState state)
        : base(addresses, state)
    {
        _time = state.Time;
        _frequency = _time.TimestampFrequency;
        long now = _time.GetTimestamp();
        double[] known = [.. Addresses.Where(static address => address.State.AnswerTime.HasBegun).Select(address => address.State.AnswerTime.At(now, _frequency))];
        double mean = known.Length == 0 ? 0 : known.Average();
        foreach (TargetAddress address in Addresses.Where(static address => !address.State.AnswerTime.HasBegun))
        {
            address.State.AnswerTime.Begin(mean, now);
        }
    }

    protected override long Now => _time.GetTimestamp();

    protected override double ScoreOf(TargetAddress address, long now) => address.State.AnswerTime.At(now, _frequency) / address.Weight;
}
