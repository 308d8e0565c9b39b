using System.Buffers.Binary;

namespace Gibbon.PluginServers.Protobuf;

/// <summary>Reads the fields of a message, one after another.</summary>
internal ref struct FieldReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    /// <summary>The number of the field that <see cref="Next"/> has come to.</summary>
    public int Field { get; private set; }

    /// <summary>What it holds, if it is a number; the bits of it, if it is a floating one.</summary>
    public ulong Number { get; private set; }

    /// <summary>What it holds, if it is a text, bytes or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Goes to the next field.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        ulong tag = Varint();
        Field = (int)(tag >> 3);
        Bytes = default;
        switch ((WireKind)(tag & 7))
        {
            case WireKind.Varint:
                Number = Varint();
                break;
            case WireKind.Fixed64:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case WireKind.Fixed32:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            case WireKind.Bytes:
                Bytes = Take(Varint());
                break;
            default:
                throw new ServerException("a message of the plugin server is broken");
        }

        return true;
    }

    private ulong Varint()
    {
        ulong number = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte one = Take(1)[0];
            number |= (ulong)(one & 0x7F) << shift;
            if (one < 0x80)
            {
                return number;
            }
        }

        throw new ServerException("a message of the plugin server is broken");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)_rest.Length)
        {
            throw new ServerException("a message of the plugin server is broken");
        }

        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
