using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginServers.Protobuf;

/// <summary>What a field of a message holds.</summary>
internal enum FieldKind
{
    Text,
    Bytes,
    Whole,
    Double,
    Flag,
    Texts,
    Value,
    Struct,
    Message,
    Messages,
}

/// <summary>A field of a message: its number, its name, what it holds.</summary>
internal sealed record MessageField(int Number, string Name, FieldKind Kind, MessageShape? Shape = null);

/// <summary>A message by its fields: written from a map, read into one.</summary>
internal sealed class MessageShape(params MessageField[] fields)
{
    /// <summary>Writes what the map has of the fields.</summary>
    public FieldWriter Write(ValueMap map)
    {
        var message = new FieldWriter();
        foreach (MessageField field in fields)
        {
            if (map.Get(field.Name) is { } value)
            {
                Write(message, field, value);
            }
        }

        return message;
    }

    /// <summary>Reads a message. What is not there has the default of its kind; what is a message itself is absent then.</summary>
    public ValueMap Read(ReadOnlySpan<byte> message)
    {
        var map = new ValueMap(fields.Length);
        foreach (MessageField field in fields)
        {
            if (Default(field.Kind) is { } value)
            {
                map[field.Name] = value;
            }
        }

        for (var reader = new FieldReader(message); reader.Next();)
        {
            int number = reader.Field;
            if (Array.Find(fields, candidate => candidate.Number == number) is { } field)
            {
                map[field.Name] = Read(ref reader, field, map.Get(field.Name));
            }
        }

        return map;
    }

    private static void Write(FieldWriter message, MessageField field, object value)
    {
        switch (field.Kind)
        {
            case FieldKind.Text:
                message.Text(field.Number, Value.ToText(value));
                break;
            case FieldKind.Bytes:
                message.Bytes(field.Number, value as byte[] ?? Encoding.UTF8.GetBytes(Value.ToText(value)));
                break;
            case FieldKind.Whole when value is long or int or double:
                message.Number(field.Number, Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case FieldKind.Double when value is long or int or double:
                message.Double(field.Number, Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case FieldKind.Flag:
                message.Number(field.Number, value is true ? 1 : 0);
                break;
            case FieldKind.Texts when value is ValueList list:
                foreach (string text in list.OfType<string>())
                {
                    message.Text(field.Number, text);
                }

                break;
            case FieldKind.Value:
                message.Message(field.Number, StructValues.Write(value));
                break;
            case FieldKind.Struct when value is ValueMap map:
                message.Message(field.Number, StructValues.WriteMap(map));
                break;
            case FieldKind.Message when value is ValueMap map:
                message.Message(field.Number, field.Shape!.Write(map));
                break;
            case FieldKind.Messages when value is ValueList list:
                foreach (ValueMap map in list.OfType<ValueMap>())
                {
                    message.Message(field.Number, field.Shape!.Write(map));
                }

                break;
            default:
                break;
        }
    }

    private static object? Read(ref FieldReader reader, MessageField field, object? before)
    {
        switch (field.Kind)
        {
            case FieldKind.Text:
                return Encoding.UTF8.GetString(reader.Bytes);
            case FieldKind.Bytes:
                return reader.Bytes.ToArray();
            case FieldKind.Whole:
                return (long)reader.Number;
            case FieldKind.Double:
                return BitConverter.UInt64BitsToDouble(reader.Number);
            case FieldKind.Flag:
                return reader.Number != 0;
            case FieldKind.Value:
                return StructValues.Read(reader.Bytes);
            case FieldKind.Struct:
                return StructValues.ReadMap(reader.Bytes);
            case FieldKind.Message:
                return field.Shape!.Read(reader.Bytes);
            default:
                var list = before as ValueList ?? [];
                list.Add(field.Kind == FieldKind.Texts ? Encoding.UTF8.GetString(reader.Bytes) : field.Shape!.Read(reader.Bytes));
                return list;
        }
    }

    private static object? Default(FieldKind kind) => kind switch
    {
        FieldKind.Text => "",
        FieldKind.Bytes => Array.Empty<byte>(),
        FieldKind.Whole => 0L,
        FieldKind.Double => 0.0,
        FieldKind.Flag => false,
        _ => null,
    };
}
