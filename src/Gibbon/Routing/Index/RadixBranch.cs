using System.Buffers.Binary;

namespace Gibbon.Routing.Index;

/// <summary>
/// A way down from a node: the bytes that it takes, and what stands at its end. Which is a node, or, where nothing follows, at once what hangs there. All that a look-up asks of
/// it lies side by side: with 100,000 routes most of it is in no cache, and each further place costs more than all comparing.
/// </summary>
internal struct RadixBranch
{
    private const int InHead = sizeof(ulong);

    private readonly ulong _head;
    private readonly ulong _tail;

    /// <param name="key">The bytes; shared with the key that they were first met in.</param>
    /// <param name="start">Where they begin in it.</param>
    /// <param name="length">How many they are, at least one.</param>
    /// <param name="target">What stands at the end.</param>
    public RadixBranch(byte[] key, int start, int length, object target)
    {
        (Start, Length, Target) = (start, length, target);
        _head = Head(key.AsSpan(start, Math.Min(length, InHead)));
        _tail = Head(key.AsSpan(start + Math.Max(0, length - InHead), Math.Min(length, InHead)));
    }

    /// <summary>A node, or what hangs there.</summary>
    public object Target { get; set; }

    /// <summary>Where the bytes begin in their key.</summary>
    public int Start { get; }

    /// <summary>How many bytes it takes.</summary>
    public int Length { get; }

    /// <summary>Whether a text goes this way.</summary>
    /// <param name="rest">The text; not empty.</param>
    /// <param name="keys">The keys of the node's branches.</param>
    /// <param name="index">Which of them is this one's.</param>
    public readonly bool Begins(ReadOnlySpan<byte> rest, byte[][] keys, int index)
    {
        if (rest.Length < Length)
        {
            return false;
        }

        if (rest.Length >= InHead)
        {
            ulong differing = BinaryPrimitives.ReadUInt64LittleEndian(rest) ^ _head;
            return Length <= InHead
                ? differing << (8 * (InHead - Length)) == 0
                : differing == 0
                    && BinaryPrimitives.ReadUInt64LittleEndian(rest[(Length - InHead)..]) == _tail
                    && (Length <= 2 * InHead || rest.StartsWith(keys[index].AsSpan(Start, Length)));
        }

        for (int i = 0; i < Length; i++)
        {
            if (rest[i] != (byte)(_head >> (8 * i)))
            {
                return false;
            }
        }

        return true;
    }

    // The first bytes, the first of them lowest.
    private static ulong Head(ReadOnlySpan<byte> bytes)
    {
        ulong head = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            head = (head << 8) | bytes[i];
        }

        return head;
    }
}
