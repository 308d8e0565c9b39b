namespace Gibbon.Balancing.Algorithms;

/// <summary>
/// Kong's wheel: every address stands on it as often as its weight says (weights divided by what they have in common), in random order; picks
/// go round it and pass over who is not available. Unlike Kong's, a retry also passes over where the request has failed, while there is
/// anybody else.
/// </summary>
internal sealed class RoundRobin : PickingAlgorithm
{
    /// <summary>Places at most: weights that would need more are rounded to fit, which moves no share by a thousandth.</summary>
    private const int MostPlaces = 1 << 20;

    private readonly TargetAddress[] _addresses;
    private readonly int[] _places;
    private readonly BalancerState _state;

    public RoundRobin(TargetAddress[] addresses, BalancerState state)
    {
        _addresses = addresses;
        _state = state;
        _places = Places([.. addresses.Select(static address => address.Weight)]);
        state.Random.Shuffle(_places);
    }

    public override TargetAddress? Pick(in PickInput input)
    {
        TargetAddress? second = null;
        for (int i = 0; i < _places.Length; i++)
        {
            TargetAddress address = _addresses[_places[(Interlocked.Increment(ref _state.Turn) - 1) % (uint)_places.Length]];
            if (!address.IsAvailable)
            {
                continue;
            }

            if (!input.HasTried(address))
            {
                return address;
            }

            second ??= address;
        }

        return second;
    }

    public override TargetAddress? Foretell(in PickInput input)
    {
        uint turn = Volatile.Read(ref _state.Turn);
        for (uint i = 0; i < _places.Length; i++)
        {
            if (_addresses[_places[(turn + i) % (uint)_places.Length]] is { IsAvailable: true } address)
            {
                return address;
            }
        }

        return null;
    }

    /// <summary>Who stands at which place, before they are shuffled.</summary>
    internal static int[] Places(ReadOnlySpan<int> weights)
    {
        int common = 0;
        long total = 0;
        foreach (int weight in weights)
        {
            common = GreatestCommonDivisor(common, weight);
            total += weight;
        }

        List<int> places = [];
        for (int peer = 0; peer < weights.Length; peer++)
        {
            places.AddRange(Enumerable.Repeat(peer, Count(weights[peer], common, total)));
        }

        return [.. places];
    }

    private static int Count(int weight, int common, long total) =>
        weight == 0 ? 0
        : total / common <= MostPlaces ? weight / common
        : Math.Max(1, (int)Math.Round((double)weight * MostPlaces / total));

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
