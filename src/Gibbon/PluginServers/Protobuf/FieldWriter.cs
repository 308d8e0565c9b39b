using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Gibbon.PluginServers.Protobuf;

/// <summary>Writes the fields of a message. What is a default is written all the same where it stands for itself, as in a <c>oneof</c>.</summary>
internal sealed class FieldWriter
{
    private readonly ArrayBufferWriter<byte> _output = new(64);

    public ReadOnlySpan<byte> Written => _output.WrittenSpan;

    public ReadOnlyMemory<byte> WrittenMemory => _output.WrittenMemory;

    public void Number(int field, long number)
    {
        Tag(field, WireKind.Varint);
        Varint((ulong)number);
    }

    public void Double(int field, double number)
    {
        Tag(field, WireKind.Fixed64);
        BinaryPrimitives.WriteDoubleLittleEndian(_output.GetSpan(8), number);
        _output.Advance(8);
    }

    public void Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public void Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        Tag(field, WireKind.Bytes);
        Varint((ulong)bytes.Length);
        _output.Write(bytes);
    }

    public void Message(int field, FieldWriter message) => Bytes(field, message.Written);

    private void Tag(int field, WireKind kind) => Varint(((ulong)field << 3) | (uint)kind);

    private void Varint(ulong number)
    {
        Span<byte> span = _output.GetSpan(10);
        int length = 0;
        for (; number > 0x7F; number >>= 7)
        {
            span[length++] = (byte)(number | 0x80);
        }

        span[length++] = (byte)number;
        _output.Advance(length);
    }
}
