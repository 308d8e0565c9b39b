using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>Writes a message in protobuf. What has its default value is left out, as proto3 wants it.</summary>
sealed class ProtoWriter
{
    const int Varint = (int)WireType.Varint;
    const int Fixed64 = (int)WireType.Fixed64;
    const int Bytes = (int)WireType.Bytes;
    const int Fixed32 = (int)WireType.Fixed32;

    readonly ArrayBufferWriter<byte> output = new();

    /// <summary>What has been written.</summary>
    public ReadOnlySpan<byte> Written => output.WrittenSpan;

    public void Text(int field, string? value)
    {
        if (!string.IsNullOrEmpty(value))
            Block(field, Encoding.UTF8.GetBytes(value));
    }

    public void Data(int field, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
            Block(field, value);
    }

    public void Number(int field, long value)
    {
        if (value == 0)
            return;

        Tag(field, Varint);
        WriteVarint((ulong)value);
    }

    public void Time(int field, long value)
    {
        Tag(field, Fixed64);
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    public void Flags(int field, uint value)
    {
        if (value == 0)
            return;

        Tag(field, Fixed32);
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    /// <summary>Writes a message within, even an empty one.</summary>
    public void Message(int field, ProtoWriter message) => Block(field, message.Written);

    /// <summary>Writes bytes or a message that is encoded already, even an empty one.</summary>
    public void Block(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, Bytes);
        WriteVarint((ulong)value.Length);
        output.Write(value);
    }

    /// <summary>Writes a value of a choice, where the default is a value as well.</summary>
    public void Choice(int field, bool value)
    {
        Tag(field, Varint);
        WriteVarint(value ? 1UL : 0);
    }

    /// <inheritdoc cref="Choice(int, bool)"/>
    public void Choice(int field, long value)
    {
        Tag(field, Varint);
        WriteVarint((ulong)value);
    }

    /// <inheritdoc cref="Choice(int, bool)"/>
    public void Choice(int field, double value)
    {
        Tag(field, Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    /// <summary>Writes a field's number and how its value is written; the value must follow.</summary>
    public void Tag(int field, WireType type) => Tag(field, (int)type);

    /// <summary>Writes a value without a tag: one of several that are packed, or after <see cref="Tag(int, WireType)"/>.</summary>
    public void Varint64(ulong value) => WriteVarint(value);

    /// <inheritdoc cref="Varint64"/>
    public void Raw32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(output.GetSpan(4), value);
        output.Advance(4);
    }

    /// <inheritdoc cref="Varint64"/>
    public void Raw64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(8), value);
        output.Advance(8);
    }

    void Tag(int field, int type) => WriteVarint(((ulong)field << 3) | (uint)type);

    void WriteVarint(ulong value)
    {
        var span = output.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7)
            span[length++] = (byte)(value | 0x80);

        span[length++] = (byte)value;
        output.Advance(length);
    }
}
