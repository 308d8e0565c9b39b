using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gibbon.Balancing.Algorithms;

/// <summary>
/// A session stays with the address that its cookie names, as long as that is available; others, and new ones, go round the wheel. Which
/// address a cookie means is not to be read from it.
/// </summary>
internal sealed class StickySessions : PickingAlgorithm
{
    private readonly FrozenDictionary<ulong, TargetAddress> _byId;
    private readonly RoundRobin _wheel;

    public StickySessions(TargetAddress[] addresses, BalancerState state)
    {
        _byId = addresses.Where(static address => address.Weight > 0).DistinctBy(static address => address.StickyId)
            .ToFrozenDictionary(static address => address.StickyId);
        _wheel = new RoundRobin(addresses, state);
    }

    public override TargetAddress? Pick(in PickInput input) =>
        input.Sticky != 0 && _byId.TryGetValue(input.Sticky, out TargetAddress? bound) && bound.IsAvailable && !input.HasTried(bound)
            ? bound
            : _wheel.Pick(in input);

    /// <summary>What a cookie calls an address: the same on every node and after every restart, and different for every upstream.</summary>
    public static ulong IdOf(Guid upstream, AddressKey key)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(upstream.ToByteArray(), Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key.Host}|{key.Ip}|{key.Port}")), mac);
        return Math.Max(1, BitConverter.ToUInt64(mac));
    }
}
