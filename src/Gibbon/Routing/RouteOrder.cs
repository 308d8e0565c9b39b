using System.Buffers.Binary;

namespace Gibbon.Routing;

/// <summary>A candidate's place in the order of evaluation: the greatest is asked first. No two candidates of a router are equal.</summary>
/// <param name="Primary">The priority, or in the traditional flavour category and weights.</param>
/// <param name="Secondary">What decides next; 0 where the id does.</param>
/// <param name="Id">The route's id, or that of a part of it.</param>
/// <param name="Part">Earlier parts of one route go first.</param>
internal readonly record struct RouteOrder(ulong Primary, ulong Secondary, UInt128 Id, int Part = 0)
{
    /// <summary>The id as a number, in the order in which ids are written.</summary>
    public static UInt128 NumberOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>True when this one is asked before <paramref name="other"/>.</summary>
    public bool Precedes(in RouteOrder other) => Primary != other.Primary ? Primary > other.Primary : CompareTo(other) > 0;

    /// <summary>Negative when this one is asked after <paramref name="other"/>, positive when before.</summary>
    public int CompareTo(RouteOrder other)
    {
        int order = Primary.CompareTo(other.Primary);
        order = order != 0 ? order : Secondary.CompareTo(other.Secondary);
        order = order != 0 ? order : Id.CompareTo(other.Id);
        return order != 0 ? order : other.Part.CompareTo(Part);
    }
}
