using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Gibbon.Clustering.Rpc;

/// <summary>
/// The block format of Snappy, which Kong's nodes speak to each other in spite of the name that they give it. Blocks of the same text come out as Google's library makes them.
/// </summary>
internal static class Snappy
{
    private const int BlockSize = 1 << 16;
    private const int Margin = 15;
    private const int LargestTable = 1 << 14;
    private const int SmallestTable = 1 << 8;
    private const int LongestLength = 5;

    // The most that a byte can stand for: a copy of 64 bytes takes three.
    private const int MostExpansion = 22;

    public static byte[] Compress(ReadOnlySpan<byte> text)
    {
        ArrayBufferWriter<byte> output = new((text.Length / 2) + 64);
        WriteLength(output, text.Length);
        WriteElements(output, text);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The number that a block begins with: how long it is unpacked.</summary>
    public static void WriteLength(IBufferWriter<byte> output, long length)
    {
        Span<byte> place = output.GetSpan(LongestLength);
        int count = 0;
        for (; length >= 0x80; length >>= 7)
        {
            place[count++] = (byte)(length | 0x80);
        }

        place[count++] = (byte)length;
        output.Advance(count);
    }

    /// <summary>What follows that number. Elements refer back to none but their own, so those of several texts may stand one after another.</summary>
    public static void WriteElements(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        ushort[] table = ArrayPool<ushort>.Shared.Rent(LargestTable);
        try
        {
            for (; text.Length > 0; text = text[Math.Min(text.Length, BlockSize)..])
            {
                WriteBlock(output, text[..Math.Min(text.Length, BlockSize)], table);
            }
        }
        finally
        {
            ArrayPool<ushort>.Shared.Return(table);
        }
    }

    /// <summary>Unpacks a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="longest">The most bytes that may come of it.</param>
    /// <param name="text">What it says.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryDecompress(ReadOnlySpan<byte> block, int longest, [NotNullWhen(true)] out byte[]? text)
    {
        text = null;
        if (!TryReadLength(ref block, out long length) || length > longest || length > (long)block.Length * MostExpansion)
        {
            return false;
        }

        byte[] output = new byte[length];
        int written = 0;
        while (block.Length > 0)
        {
            int tag = block[0];
            bool isGood = (tag & 3) == 0 ? TryCopyLiteral(ref block, output, ref written) : TryCopyBack(ref block, output, ref written);
            if (!isGood)
            {
                return false;
            }
        }

        text = written == length ? output : null;
        return text is not null;
    }

    private static void WriteBlock(IBufferWriter<byte> output, ReadOnlySpan<byte> text, ushort[] table)
    {
        int size = Math.Clamp((int)BitOperations.RoundUpToPowerOf2((uint)text.Length), SmallestTable, LargestTable);
        int shift = 32 - BitOperations.Log2((uint)size);
        table.AsSpan(0, size).Clear();
        int unsent = 0;
        int limit = text.Length - Margin;
        int place = 1;
        while (text.Length >= Margin && TryFind(text, table, shift, limit, ref place, out int candidate))
        {
            WriteLiteral(output, text[unsent..place]);
            do
            {
                int length = 4 + text[(place + 4)..].CommonPrefixLength(text[(candidate + 4)..]);
                WriteCopy(output, place - candidate, length);
                place += length;
                unsent = place;
                if (place >= limit)
                {
                    break;
                }

                table[Hash(text, place - 1, shift)] = (ushort)(place - 1);
                int slot = Hash(text, place, shift);
                candidate = table[slot];
                table[slot] = (ushort)place;
            }
            while (Read(text, place) == Read(text, candidate));
            if (place >= limit)
            {
                break;
            }

            place++;
        }

        if (unsent < text.Length)
        {
            WriteLiteral(output, text[unsent..]);
        }
    }

    // The longer nothing is found, the larger the steps.
    private static bool TryFind(ReadOnlySpan<byte> text, ushort[] table, int shift, int limit, ref int place, out int candidate)
    {
        candidate = 0;
        int skip = 32;
        for (int next = place; ;)
        {
            place = next;
            next += skip++ >> 5;
            if (next > limit)
            {
                return false;
            }

            int slot = Hash(text, place, shift);
            candidate = table[slot];
            table[slot] = (ushort)place;
            if (Read(text, place) == Read(text, candidate))
            {
                return true;
            }
        }
    }

    private static void WriteLiteral(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        Span<byte> head = output.GetSpan(3);
        int last = text.Length - 1;
        if (last < 60)
        {
            head[0] = (byte)(last << 2);
            output.Advance(1);
        }
        else if (last <= byte.MaxValue)
        {
            (head[0], head[1]) = (60 << 2, (byte)last);
            output.Advance(2);
        }
        else
        {
            head[0] = 61 << 2;
            BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)last);
            output.Advance(3);
        }

        output.Write(text);
    }

    private static void WriteCopy(IBufferWriter<byte> output, int offset, int length)
    {
        for (; length >= 68; length -= 64)
        {
            WritePiece(output, offset, 64);
        }

        if (length > 64)
        {
            WritePiece(output, offset, 60);
            length -= 60;
        }

        WritePiece(output, offset, length);
    }

    private static void WritePiece(IBufferWriter<byte> output, int offset, int length)
    {
        Span<byte> head = output.GetSpan(3);
        if (length < 12 && offset < 2048)
        {
            (head[0], head[1]) = ((byte)(1 | ((length - 4) << 2) | ((offset >> 8) << 5)), (byte)offset);
            output.Advance(2);
            return;
        }

        head[0] = (byte)(2 | ((length - 1) << 2));
        BinaryPrimitives.WriteUInt16LittleEndian(head[1..], (ushort)offset);
        output.Advance(3);
    }

    private static bool TryReadLength(ref ReadOnlySpan<byte> block, out long length)
    {
        length = 0;
        for (int count = 0; count < Math.Min(LongestLength, block.Length); count++)
        {
            length |= (long)(block[count] & 0x7f) << (7 * count);
            if ((block[count] & 0x80) == 0)
            {
                block = block[(count + 1)..];
                return true;
            }
        }

        return false;
    }

    private static bool TryCopyLiteral(ref ReadOnlySpan<byte> block, Span<byte> output, ref int written)
    {
        long length = (block[0] >> 2) + 1;
        int head = 1;
        if (length > 60)
        {
            int count = (int)length - 60;
            head += count;
            if (block.Length < head)
            {
                return false;
            }

            length = 1;
            for (int i = 0; i < count; i++)
            {
                length += (long)block[1 + i] << (8 * i);
            }
        }

        if (block.Length - head < length || output.Length - written < length)
        {
            return false;
        }

        block.Slice(head, (int)length).CopyTo(output[written..]);
        written += (int)length;
        block = block[(head + (int)length)..];
        return true;
    }

    private static bool TryCopyBack(ref ReadOnlySpan<byte> block, Span<byte> output, ref int written)
    {
        int kind = block[0] & 3;
        int head = kind == 1 ? 2 : kind == 2 ? 3 : 5;
        if (block.Length < head)
        {
            return false;
        }

        int length = kind == 1 ? 4 + ((block[0] >> 2) & 7) : 1 + (block[0] >> 2);
        long offset = kind == 1 ? ((block[0] >> 5) << 8) | block[1]
            : kind == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(block[1..])
            : BinaryPrimitives.ReadUInt32LittleEndian(block[1..]);
        if (offset == 0 || offset > written || output.Length - written < length)
        {
            return false;
        }

        // It may reach into what it is itself writing.
        for (int end = written + length; written < end; written++)
        {
            output[written] = output[written - (int)offset];
        }

        block = block[head..];
        return true;
    }

    private static uint Read(ReadOnlySpan<byte> text, int place) => BinaryPrimitives.ReadUInt32LittleEndian(text[place..]);

    private static int Hash(ReadOnlySpan<byte> text, int place, int shift) => (int)((Read(text, place) * 0x1e35a7bdu) >> shift);
}
