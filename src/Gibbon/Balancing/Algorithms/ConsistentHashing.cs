using System.Globalization;
using System.Text;

namespace Gibbon.Balancing.Algorithms;

/// <summary>
/// Kong's ring. Every address stands at points that its address and port decide, as many as its weight says; a request goes to whoever stands
/// at its point or, going down, first before it. Who joins or leaves moves only its own share. A retry finds the same address, unless its
/// health has changed.
/// </summary>
internal sealed class ConsistentHashing : PickingAlgorithm
{
    private const int LeastPoints = 1000;
    private const int MostPoints = 1 << 24;
    private const int PointsPerTarget = 160;

    private readonly TargetAddress[] _addresses;

    // Per point, the place (in _taken) that going down leads to; and per place, who stands there.
    private readonly int[] _places;
    private readonly int[] _taken;

    public ConsistentHashing(TargetAddress[] addresses, int targets, int slots)
    {
        _addresses = addresses;
        int[] entries = Entries(addresses, targets);
        long wanted = entries.Sum(static entry => (long)entry);

        // Kong leaves a ring empty that cannot hold everybody; ours is made larger until it can.
        int points = slots < LeastPoints ? LeastPoints : slots;
        int[]? ring = wanted == 0 ? [] : null;
        for (; ring is null; points *= 2)
        {
            ring = wanted <= points || points >= MostPoints ? Place(entries, points) : null;
        }

        (_places, _taken) = Flatten(ring);
    }

    /// <summary>How many points there are; 0 when nobody has a weight.</summary>
    public int Points => _places.Length;

    /// <summary>How many points an address has.</summary>
    public int PointsOf(TargetAddress address) => _taken.Count(owner => _addresses[owner] == address);

    /// <summary>The point of a hash.</summary>
    public static int PointOf(uint hash, int points) => (int)(hash % (uint)points);

    public override TargetAddress? Pick(in PickInput input)
    {
        if (_places.Length == 0)
        {
            return null;
        }

        int place = _places[PointOf(input.Hash, _places.Length)];
        for (int i = 0; i < _taken.Length; i++)
        {
            TargetAddress address = _addresses[_taken[place]];
            if (address.IsAvailable)
            {
                return address;
            }

            place = place == 0 ? _taken.Length - 1 : place - 1;
        }

        return null;
    }

    public override TargetAddress? Foretell(in PickInput input) => Pick(in input);

    private static int[] Entries(TargetAddress[] addresses, int targets)
    {
        double total = addresses.Sum(static address => (double)address.Weight);
        return Array.ConvertAll(addresses, address =>
            address.Weight == 0 ? 0 : Math.Max(1, (int)Math.Floor(address.Weight / total * targets * PointsPerTarget)));
    }

    // Null when somebody found no room.
    private int[]? Place(int[] entries, int points)
    {
        int[] ring = new int[points];
        Array.Fill(ring, -1);
        Span<byte> text = stackalloc byte[128];
        for (int i = 0; i < entries.Length; i++)
        {
            AddressKey key = _addresses[i].State.Key;
            int start = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key.Ip}::{key.Port} "), text);
            for (int number = 1, left = entries[i]; left > 0; number++)
            {
                if (number > points)
                {
                    return points >= MostPoints ? ring : null;
                }

                number.TryFormat(text[start..], out int length, default, CultureInfo.InvariantCulture);
                ref int owner = ref ring[PointOf(XxHash32.Of(text[..(start + length)]), points)];
                if (owner < 0)
                {
                    owner = i;
                    left--;
                }
            }
        }

        return ring;
    }

    private static (int[] Places, int[] Taken) Flatten(int[] ring)
    {
        int[] taken = [.. ring.Where(static owner => owner >= 0)];
        int[] places = new int[ring.Length];
        for (int point = 0, place = taken.Length - 1; point < ring.Length; point++)
        {
            if (ring[point] >= 0)
            {
                place = place == taken.Length - 1 ? 0 : place + 1;
            }

            places[point] = place;
        }

        return (places, taken);
    }
}
