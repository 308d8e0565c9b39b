using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gibbon.Plugins.IpRestriction;

/// <summary>
/// Addresses and ranges. Membership costs one look per length of prefix that occurs, however many ranges there are.
/// </summary>
sealed class AddressSet
{
    const int V4Bits = 32;
    const int V6Bits = 128;

    readonly (int Length, HashSet<UInt128> Networks)[] v4;
    readonly (int Length, HashSet<UInt128> Networks)[] v6;

    /// <summary>A set of addresses and ranges in CIDR notation, of both versions.</summary>
    /// <param name="ranges">The texts; valid.</param>
    public AddressSet(IReadOnlyList<string> ranges)
    {
        IsEmpty = ranges.Count == 0;
        var parsed = ranges.Select(Parse).ToArray();
        v4 = Group(parsed, isV4: true);
        v6 = Group(parsed, isV4: false);
    }

    /// <summary>Whether there is no range.</summary>
    public bool IsEmpty { get; }

    /// <summary>Whether an address is in one of the ranges.</summary>
    public bool Contains(IPAddress address)
    {
        var bits = Bits(address, out var isV4);
        foreach (var (length, networks) in isV4 ? v4 : v6)
            if (networks.Contains(Mask(bits, length, isV4)))
                return true;

        return false;
    }

    static (int Length, HashSet<UInt128> Networks)[] Group(IEnumerable<Range> ranges, bool isV4) =>
    [
        .. from range in ranges
           where range.IsV4 == isV4
           group range.Network by range.Length into same
           select (same.Key, same.ToHashSet()),
    ];

    static Range Parse(string text)
    {
        var slash = text.IndexOf('/');
        var bits = Bits(IPAddress.Parse(slash < 0 ? text : text[..slash]), out var isV4);
        var length = slash < 0 ? isV4 ? V4Bits : V6Bits : int.Parse(text.AsSpan(slash + 1), CultureInfo.InvariantCulture);
        return new Range(isV4, length, Mask(bits, length, isV4));
    }

    static UInt128 Bits(IPAddress address, out bool isV4)
    {
        Span<byte> bytes = stackalloc byte[V6Bits / 8];
        address.TryWriteBytes(bytes, out _);
        isV4 = address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6;
        if (!isV4)
            return BinaryPrimitives.ReadUInt128BigEndian(bytes);

        return BinaryPrimitives.ReadUInt32BigEndian(address.AddressFamily == AddressFamily.InterNetwork ? bytes : bytes[12..]);
    }

    static UInt128 Mask(UInt128 bits, int length, bool isV4)
    {
        // A shift by the whole width would be one by zero.
        var shift = (isV4 ? V4Bits : V6Bits) - length;
        return shift >= V6Bits ? 0 : bits >> shift << shift;
    }

    readonly record struct Range(bool IsV4, int Length, UInt128 Network);
}
