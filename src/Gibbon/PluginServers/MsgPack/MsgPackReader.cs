using System.Buffers.Binary;
using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginServers.MsgPack;

/// <summary>Reads one value of MessagePack. Numbers become long or double, names of maps texts; extensions nobody sends are null.</summary>
internal ref struct MsgPackReader(ReadOnlySpan<byte> input)
{
    private const int MaxDepth = 1000;

    private readonly ReadOnlySpan<byte> _input = input;

    /// <summary>How many bytes have been read.</summary>
    public int Position { get; private set; }

    /// <summary>Reads a value.</summary>
    /// <returns>Whether all of it is there; otherwise more must be received first.</returns>
    public bool TryRead(out object? value) => TryRead(MaxDepth, out value);

    private bool TryRead(int depth, out object? value)
    {
        value = null;
        if (depth == 0)
        {
            throw new ServerException("a value is nested too deeply");
        }

        if (!TryTake(1, out ReadOnlySpan<byte> kind))
        {
            return false;
        }

        byte code = kind[0];
        switch (code)
        {
            case <= 0x7F or >= 0xE0:
                value = (long)(sbyte)code;
                return true;
            case <= 0x8F:
                return TryReadMap(code & 15, depth, out value);
            case <= 0x9F:
                return TryReadList(code & 15, depth, out value);
            case <= 0xBF:
                return TryReadText(code & 31, out value);
            case 0xC0 or 0xC1:
                return true;
            case 0xC2 or 0xC3:
                value = code == 0xC3;
                return true;
            case 0xC4 or 0xC5 or 0xC6:
                return TryReadLength(1 << (code - 0xC4), out int bytes) && TryReadBytes(bytes, out value);
            case 0xC7 or 0xC8 or 0xC9:
                return TryReadLength(1 << (code - 0xC7), out int extension) && TryTake(extension + 1, out _);
            case >= 0xCA and <= 0xD3:
                return TryReadNumber(code, out value);
            case >= 0xD4 and <= 0xD8:
                return TryTake((1 << (code - 0xD4)) + 1, out _);
            case 0xD9 or 0xDA or 0xDB:
                return TryReadLength(1 << (code - 0xD9), out int text) && TryReadText(text, out value);
            case 0xDC or 0xDD:
                return TryReadLength(2 << (code - 0xDC), out int items) && TryReadList(items, depth, out value);
            default:
                return TryReadLength(2 << (code - 0xDE), out int entries) && TryReadMap(entries, depth, out value);
        }
    }

    private bool TryReadNumber(byte code, out object? value)
    {
        value = null;
        int size = code switch
        {
            0xCA => 4,
            0xCB => 8,
            _ => 1 << ((code - 0xCC) & 3),
        };
        if (!TryTake(size, out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        value = code switch
        {
            0xCA => (double)BinaryPrimitives.ReadSingleBigEndian(bytes),
            0xCB => BinaryPrimitives.ReadDoubleBigEndian(bytes),
            0xCC => (long)bytes[0],
            0xCD => (long)BinaryPrimitives.ReadUInt16BigEndian(bytes),
            0xCE => (long)BinaryPrimitives.ReadUInt32BigEndian(bytes),
            0xCF => BinaryPrimitives.ReadUInt64BigEndian(bytes) is var large && large <= long.MaxValue ? (long)large : (object)(double)large,
            0xD0 => (long)(sbyte)bytes[0],
            0xD1 => (long)BinaryPrimitives.ReadInt16BigEndian(bytes),
            0xD2 => (long)BinaryPrimitives.ReadInt32BigEndian(bytes),
            _ => BinaryPrimitives.ReadInt64BigEndian(bytes),
        };
        return true;
    }

    private bool TryReadText(int length, out object? value)
    {
        bool isThere = TryTake(length, out ReadOnlySpan<byte> bytes);
        value = isThere ? Encoding.UTF8.GetString(bytes) : null;
        return isThere;
    }

    private bool TryReadBytes(int length, out object? value)
    {
        bool isThere = TryTake(length, out ReadOnlySpan<byte> bytes);
        value = isThere ? bytes.ToArray() : null;
        return isThere;
    }

    private bool TryReadList(int count, int depth, out object? value)
    {
        var list = new ValueList();
        value = list;
        for (; count > 0; count--)
        {
            if (!TryRead(depth - 1, out object? item))
            {
                return false;
            }

            list.Add(item);
        }

        return true;
    }

    private bool TryReadMap(int count, int depth, out object? value)
    {
        var map = new ValueMap();
        value = map;
        for (; count > 0; count--)
        {
            if (!TryRead(depth - 1, out object? name) || !TryRead(depth - 1, out object? item))
            {
                return false;
            }

            map[name is byte[] bytes ? Encoding.UTF8.GetString(bytes) : Value.ToText(name ?? "")] = item;
        }

        return true;
    }

    private bool TryReadLength(int size, out int length)
    {
        length = 0;
        if (!TryTake(size, out ReadOnlySpan<byte> bytes))
        {
            return false;
        }

        uint said = size switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        };
        length = said <= int.MaxValue - 1 ? (int)said : throw new ServerException("a message is too long");
        return true;
    }

    private bool TryTake(int count, out ReadOnlySpan<byte> bytes)
    {
        if (_input.Length - Position < count)
        {
            bytes = default;
            return false;
        }

        bytes = _input.Slice(Position, count);
        Position += count;
        return true;
    }
}
