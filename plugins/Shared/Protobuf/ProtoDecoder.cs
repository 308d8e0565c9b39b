using System.Buffers.Binary;
using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>
/// Reads a message as data for JSON: fields under the names of the file, enumerations by name, and those fields that have a default value
/// always. Fields that the type does not know are passed over.
/// </summary>
ref struct ProtoDecoder
{
    const int MaxDepth = 100;

    ReadOnlySpan<byte> rest;

    ProtoDecoder(ReadOnlySpan<byte> data) => rest = data;

    /// <summary>Reads a message.</summary>
    /// <exception cref="InvalidDataException">It is none, or nests too deep.</exception>
    public static ValueMap Decode(ProtoMessage message, ReadOnlySpan<byte> data) => Message(message, data, MaxDepth);

    static ValueMap Message(ProtoMessage message, ReadOnlySpan<byte> data, int depth)
    {
        if (depth == 0)
            throw new InvalidDataException("a message nests too deep");

        var values = new object?[message.Fields.Count];
        var reader = new ProtoDecoder(data);
        while (!reader.rest.IsEmpty)
        {
            var tag = reader.Varint();
            var wire = (WireType)(tag & 7);
            var index = tag >> 3 is > 0 and <= int.MaxValue ? message.IndexOf((int)(tag >> 3)) : -1;
            if (index < 0 || !reader.TryRead(message.Fields[index], wire, ref values[index], depth))
                reader.Skip(wire, depth);
        }

        var map = new ValueMap();
        for (var i = 0; i < values.Length; i++)
        {
            var field = message.Fields[i];
            if (values[i] is { } value)
                map[field.Name] = value;
            else if (field.HasDefault)
                map[field.Name] = Default(field);
        }

        return map;
    }

    bool TryRead(ProtoField field, WireType wire, ref object? value, int depth)
    {
        var expected = field.Kind.Wire();
        if (field.IsMap && wire == WireType.Bytes)
        {
            AddEntry((ValueMap)(value ??= new ValueMap()), Message(field.Message!, Block(), depth - 1));
            return true;
        }

        if (field.IsRepeated && wire == WireType.Bytes && expected != WireType.Bytes)
        {
            var list = (ValueList)(value ??= new ValueList());
            for (var packed = new ProtoDecoder(Block()); !packed.rest.IsEmpty;)
                list.Add(packed.One(field, depth));

            return true;
        }

        if (wire != expected)
            return false;

        if (field.IsRepeated)
            ((ValueList)(value ??= new ValueList())).Add(One(field, depth));
        else
            value = One(field, depth);

        return true;
    }

    static void AddEntry(ValueMap map, ValueMap entry) => map[Value.ToText(entry.Get("key")!)] = entry.Get("value");

    object One(ProtoField field, int depth) => field.Kind switch
    {
        ProtoKind.Double => BitConverter.UInt64BitsToDouble(Raw64()),
        ProtoKind.Float => Single(BitConverter.UInt32BitsToSingle(Raw32())),
        ProtoKind.Int32 => (long)(int)Varint(),
        ProtoKind.Int64 => (long)Varint(),
        ProtoKind.UInt32 => (long)(uint)Varint(),
        ProtoKind.UInt64 => Unsigned(Varint()),
        ProtoKind.SInt32 or ProtoKind.SInt64 => ZigZag(Varint()),
        ProtoKind.Fixed32 => (long)Raw32(),
        ProtoKind.SFixed32 => (long)(int)Raw32(),
        ProtoKind.Fixed64 => Unsigned(Raw64()),
        ProtoKind.SFixed64 => (long)Raw64(),
        ProtoKind.Bool => Varint() != 0,
        ProtoKind.Enum => EnumValue(field.Enum!, (int)Varint()),
        ProtoKind.Message when field.Message!.IsTimestamp => Time(field.Message, Block(), depth),
        ProtoKind.Message => Message(field.Message!, Block(), depth - 1),
        _ => Text(field.Kind, Block()),
    };

    static object Default(ProtoField field) => field.Kind switch
    {
        ProtoKind.Bool => false,
        ProtoKind.String or ProtoKind.Bytes => "",
        ProtoKind.Enum => EnumValue(field.Enum!, 0),
        ProtoKind.Double or ProtoKind.Float => 0.0,
        _ => 0L,
    };

    static object EnumValue(ProtoEnum type, int number) => type.NameOf(number) ?? (object)(long)number;

    // The shortest text that means the same number of this size, not the digits that it has as a double.
    static double Single(float value) =>
        double.Parse(value.ToString("R", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);

    static object Unsigned(ulong value) => value <= long.MaxValue ? (long)value : (object)(double)value;

    static object ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    static string Time(ProtoMessage type, ReadOnlySpan<byte> data, int depth) =>
        ProtoTimestamp.Text(Message(type, data, depth - 1).Get("seconds") is long seconds ? seconds : 0);

    // JSON has no bytes: those that are a text are one, the others are written as protobuf's own JSON writes them all.
    static string Text(ProtoKind kind, ReadOnlySpan<byte> data) =>
        kind == ProtoKind.Bytes && !System.Text.Unicode.Utf8.IsValid(data) ? Convert.ToBase64String(data) : Encoding.UTF8.GetString(data);

    ReadOnlySpan<byte> Block()
    {
        var length = Varint();
        return length <= (ulong)rest.Length ? Take((int)length) : throw Truncated();
    }

    uint Raw32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    ulong Raw64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
            throw Truncated();

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < 10 && i < rest.Length; i++)
        {
            value |= (ulong)(rest[i] & 0x7f) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return value;
            }
        }

        throw Truncated();
    }

    void Skip(WireType wire, int depth)
    {
        switch (wire)
        {
            case WireType.Varint:
                Varint();
                break;
            case WireType.Fixed64:
                Take(8);
                break;
            case WireType.Fixed32:
                Take(4);
                break;
            case WireType.Bytes:
                Block();
                break;
            case WireType.StartGroup:
                SkipGroup(depth);
                break;
            default:
                throw new InvalidDataException("a message has a field of an unknown wire type");
        }
    }

    void SkipGroup(int depth)
    {
        if (depth == 0)
            throw new InvalidDataException("a message nests too deep");

        for (var wire = (WireType)(Varint() & 7); wire != WireType.EndGroup; wire = (WireType)(Varint() & 7))
            Skip(wire, depth - 1);
    }

    static InvalidDataException Truncated() => new("a message ends too early");
}
