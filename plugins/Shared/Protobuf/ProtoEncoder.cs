using System.Globalization;
using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Shared.Protobuf;

/// <summary>
/// Writes data as a message. Fields go by the names of the file, what it has no field for is left out, and texts stand for numbers, since the
/// arguments of a query are texts.
/// </summary>
static class ProtoEncoder
{
    // What a message may nest: more is an attack, not data.
    const int MaxDepth = 100;

    /// <summary>Writes a message.</summary>
    /// <param name="message">Its type.</param>
    /// <param name="values">Its fields.</param>
    /// <param name="encoded">The message.</param>
    /// <returns>Whether every value fits its field.</returns>
    public static bool TryEncode(ProtoMessage message, ValueMap values, out ReadOnlySpan<byte> encoded)
    {
        var writer = new ProtoWriter();
        var fits = TryWrite(writer, message, values, MaxDepth);
        encoded = fits ? writer.Written : default;
        return fits;
    }

    static bool TryWrite(ProtoWriter writer, ProtoMessage message, ValueMap values, int depth)
    {
        foreach (var field in message.Fields)
            if (values.TryGetValue(field.Name, out var value) && !TryWriteField(writer, field, value, depth))
                return false;

        return true;
    }

    static bool TryWriteField(ProtoWriter writer, ProtoField field, object? value, int depth)
    {
        if (field.IsMap)
            return value is ValueMap map && map.All(entry => TryWriteEntry(writer, field, entry, depth));

        if (!field.IsRepeated)
            return TryWriteOne(writer, field, value, depth);

        // An empty object is how Lua writes an empty list.
        if (value is ValueMap { Count: 0 })
            return true;

        if (value is not ValueList list)
            return false;

        if (!field.IsPacked || field.Kind.Wire() == WireType.Bytes)
            return list.All(item => TryWriteOne(writer, field, item, depth));

        if (list.Count == 0)
            return true;

        var packed = new ProtoWriter();
        if (!list.All(item => TryWriteNumber(packed, field, item)))
            return false;

        writer.Block(field.Number, packed.Written);
        return true;
    }

    static bool TryWriteEntry(ProtoWriter writer, ProtoField field, KeyValuePair<string, object?> entry, int depth)
    {
        var values = new ValueMap { ["key"] = entry.Key, ["value"] = entry.Value };
        return TryWriteOne(writer, field, values, depth);
    }

    static bool TryWriteOne(ProtoWriter writer, ProtoField field, object? value, int depth)
    {
        switch (field.Kind)
        {
            case ProtoKind.String or ProtoKind.Bytes:
                if (Text(value) is not { } text)
                    return false;

                if (text.Length > 0 || field.HasPresence || field.IsRepeated)
                    writer.Block(field.Number, Encoding.UTF8.GetBytes(text));

                return true;
            case ProtoKind.Message:
                return depth > 0 && TryWriteMessage(writer, field, value, depth);
            default:
                writer.Tag(field.Number, field.Kind.Wire());
                return TryWriteNumber(writer, field, value);
        }
    }

    static bool TryWriteMessage(ProtoWriter writer, ProtoField field, object? value, int depth)
    {
        var nested = new ProtoWriter();
        if (field.Message!.IsTimestamp)
        {
            if (value is not string time || !ProtoTimestamp.TryWrite(nested, time))
                return false;
        }
        else if (value is not ValueMap map || !TryWrite(nested, field.Message, map, depth - 1))
        {
            return false;
        }

        writer.Message(field.Number, nested);
        return true;
    }

    static string? Text(object? value) => value switch
    {
        string text => text,
        long or double => Value.ToText(value),
        _ => null,
    };

    static bool TryWriteNumber(ProtoWriter writer, ProtoField field, object? value)
    {
        switch (field.Kind)
        {
            case ProtoKind.Bool:
                if (Bool(value) is not { } isTrue)
                    return false;

                writer.Varint64(isTrue ? 1UL : 0);
                return true;
            case ProtoKind.Double or ProtoKind.Float:
                if (Double(value) is not { } real)
                    return false;

                if (field.Kind == ProtoKind.Double)
                    writer.Raw64(BitConverter.DoubleToUInt64Bits(real));
                else
                    writer.Raw32(BitConverter.SingleToUInt32Bits((float)real));

                return true;
            default:
                if (Integer(field, value) is not { } whole)
                    return false;

                WriteInteger(writer, field.Kind, whole);
                return true;
        }
    }

    static void WriteInteger(ProtoWriter writer, ProtoKind kind, long value)
    {
        switch (kind)
        {
            case ProtoKind.Fixed32 or ProtoKind.SFixed32:
                writer.Raw32((uint)value);
                break;
            case ProtoKind.Fixed64 or ProtoKind.SFixed64:
                writer.Raw64((ulong)value);
                break;
            case ProtoKind.SInt32 or ProtoKind.SInt64:
                writer.Varint64((ulong)((value << 1) ^ (value >> 63)));
                break;
            case ProtoKind.UInt32:
                writer.Varint64((uint)value);
                break;
            default:
                writer.Varint64((ulong)value);
                break;
        }
    }

    static bool? Bool(object? value) => value switch
    {
        bool isTrue => isTrue,
        string text => text is not ("0" or "false"),
        long whole => whole != 0,
        double real => real != 0,
        _ => null,
    };

    static double? Double(object? value) => value switch
    {
        long whole => whole,
        double real => real,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) => real,
        _ => null,
    };

    static long? Integer(ProtoField field, object? value) => value switch
    {
        long whole => whole,
        double real when real is >= long.MinValue and < 18446744073709551616.0 && Math.Truncate(real) == real =>
            real < 9223372036854775808.0 ? (long)real : (long)(ulong)real,
        string text when field.Enum?.NumberOf(text) is { } number => number,
        string text when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        string text when ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) => (long)whole,
        _ => null,
    };
}
