using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginServers.Protobuf;

/// <summary>Untyped values as <c>google.protobuf.Value</c>, <c>Struct</c> and <c>ListValue</c>.</summary>
internal static class StructValues
{
    private const int MaxDepth = 100;
    private const int Null = 1;
    private const int Number = 2;
    private const int Text = 3;
    private const int Flag = 4;
    private const int Map = 5;
    private const int List = 6;

    // Above this a double is no longer every whole number.
    private const double Whole = 1L << 53;

    /// <summary>A value; nothing at all for null.</summary>
    public static FieldWriter Write(object? value, int depth = MaxDepth)
    {
        if (depth == 0)
        {
            throw new KongArgumentException("a value is nested too deeply");
        }

        var message = new FieldWriter();
        switch (value)
        {
            case null:
                message.Number(Null, 0);
                break;
            case bool flag:
                message.Number(Flag, flag ? 1 : 0);
                break;
            case long or int or double:
                message.Double(Number, Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case byte[] bytes:
                message.Bytes(Text, bytes);
                break;
            case ValueMap map:
                message.Message(Map, WriteMap(map, depth - 1));
                break;
            case ValueList list:
                message.Message(List, WriteList(list, depth - 1));
                break;
            default:
                message.Text(Text, Value.ToText(value));
                break;
        }

        return message;
    }

    public static FieldWriter WriteMap(ValueMap map, int depth = MaxDepth)
    {
        var message = new FieldWriter();
        foreach ((string name, object? value) in map)
        {
            var entry = new FieldWriter();
            entry.Text(1, name);
            entry.Message(2, Write(value, depth));
            message.Message(1, entry);
        }

        return message;
    }

    public static object? Read(ReadOnlySpan<byte> message, int depth = MaxDepth)
    {
        object? value = null;
        for (var reader = new FieldReader(message); reader.Next();)
        {
            value = reader.Field switch
            {
                Number => Plain(BitConverter.UInt64BitsToDouble(reader.Number)),
                Text => Encoding.UTF8.GetString(reader.Bytes),
                Flag => reader.Number != 0,
                Map => ReadMap(reader.Bytes, Deeper(depth)),
                List => ReadList(reader.Bytes, Deeper(depth)),
                _ => null,
            };
        }

        return value;
    }

    public static ValueMap ReadMap(ReadOnlySpan<byte> message, int depth = MaxDepth)
    {
        var map = new ValueMap();
        for (var reader = new FieldReader(message); reader.Next();)
        {
            if (reader.Field == 1)
            {
                ReadEntry(reader.Bytes, map, depth);
            }
        }

        return map;
    }

    public static ValueList ReadList(ReadOnlySpan<byte> message, int depth = MaxDepth)
    {
        var list = new ValueList();
        for (var reader = new FieldReader(message); reader.Next();)
        {
            if (reader.Field == 1)
            {
                list.Add(Read(reader.Bytes, depth));
            }
        }

        return list;
    }

    private static FieldWriter WriteList(ValueList list, int depth)
    {
        var message = new FieldWriter();
        foreach (object? item in list)
        {
            message.Message(1, Write(item, depth));
        }

        return message;
    }

    private static void ReadEntry(ReadOnlySpan<byte> entry, ValueMap map, int depth)
    {
        string name = "";
        object? value = null;
        for (var reader = new FieldReader(entry); reader.Next();)
        {
            if (reader.Field == 1)
            {
                name = Encoding.UTF8.GetString(reader.Bytes);
            }
            else if (reader.Field == 2)
            {
                value = Read(reader.Bytes, depth);
            }
        }

        map[name] = value;
    }

    private static object Plain(double number) => number == Math.Floor(number) && Math.Abs(number) <= Whole ? (long)number : number;

    private static int Deeper(int depth) => depth > 1 ? depth - 1 : throw new ServerException("a value is nested too deeply");
}
