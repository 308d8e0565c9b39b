using System.Buffers.Binary;
using System.Numerics;

namespace Gibbon.Balancing.Algorithms;

/// <summary>xxHash, 32 bits, seed 0: what Kong's ring hashes with.</summary>
internal static class XxHash32
{
    /// <summary>The hash of no bytes.</summary>
    public const uint Empty = 0x02CC5D05;

    private const uint Prime1 = 2654435761;
    private const uint Prime2 = 2246822519;
    private const uint Prime3 = 3266489917;
    private const uint Prime4 = 668265263;
    private const uint Prime5 = 374761393;

    public static uint Of(ReadOnlySpan<byte> data)
    {
        uint length = (uint)data.Length;
        uint hash = data.Length >= 16 ? Stripes(ref data) : Prime5;
        hash += length;
        for (; data.Length >= 4; data = data[4..])
        {
            hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime3), 17) * Prime4;
        }

        foreach (byte rest in data)
        {
            hash = BitOperations.RotateLeft(hash + (rest * Prime5), 11) * Prime1;
        }

        hash = (hash ^ (hash >> 15)) * Prime2;
        hash = (hash ^ (hash >> 13)) * Prime3;
        return hash ^ (hash >> 16);
    }

    private static uint Stripes(ref ReadOnlySpan<byte> data)
    {
        unchecked
        {
            uint a = Prime1 + Prime2;
            uint b = Prime2;
            uint c = 0;
            uint d = 0 - Prime1;
            for (; data.Length >= 16; data = data[16..])
            {
                a = Round(a, data);
                b = Round(b, data[4..]);
                c = Round(c, data[8..]);
                d = Round(d, data[12..]);
            }

            return BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
        }
    }

    private static uint Round(uint lane, ReadOnlySpan<byte> data) =>
        BitOperations.RotateLeft(lane + (BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime2), 13) * Prime1;
}
