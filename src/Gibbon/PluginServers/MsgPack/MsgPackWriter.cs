using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginServers.MsgPack;

/// <summary>Writes values as MessagePack: texts as <c>str</c>, bytes as <c>bin</c>, everything in as few bytes as it can be.</summary>
internal readonly struct MsgPackWriter(IBufferWriter<byte> output)
{
    private const int MaxDepth = 1000;

    public void Write(object? value) => Write(value, MaxDepth);

    private void Write(object? value, int depth)
    {
        switch (value)
        {
            case null:
                Put(0xC0);
                break;
            case bool flag:
                Put(flag ? (byte)0xC3 : (byte)0xC2);
                break;
            case int or long:
                WriteWhole(Convert.ToInt64(value, System.Globalization.CultureInfo.InvariantCulture));
                break;
            case double number:
                Put(0xCB);
                BinaryPrimitives.WriteDoubleBigEndian(output.GetSpan(8), number);
                output.Advance(8);
                break;
            case string text:
                WriteText(text);
                break;
            case byte[] bytes:
                WriteLength(bytes.Length, 0xC4, 0xC5, 0xC6);
                output.Write(bytes);
                break;
            case ValueMap or ValueList when depth == 0:
                throw new KongArgumentException("a value is nested too deeply");
            case ValueList list:
                WriteCount(list.Count, 0x90, 0xDC);
                foreach (object? item in list)
                {
                    Write(item, depth - 1);
                }

                break;
            case ValueMap map:
                WriteCount(map.Count, 0x80, 0xDE);
                foreach ((string name, object? item) in map)
                {
                    WriteText(name);
                    Write(item, depth - 1);
                }

                break;
            default:
                throw new KongArgumentException($"pack '{value.GetType().Name}' is unimplemented");
        }
    }

    private void WriteWhole(long number)
    {
        switch (number)
        {
            case >= -32 and <= 127:
                Put((byte)number);
                break;
            case >= 0 and <= byte.MaxValue:
                Put(0xCC);
                Put((byte)number);
                break;
            case >= 0 and <= ushort.MaxValue:
                Put16(0xCD, (ushort)number);
                break;
            case >= 0 and <= uint.MaxValue:
                Put32(0xCE, (uint)number);
                break;
            case < 0 and >= short.MinValue:
                Put16(0xD1, (ushort)number);
                break;
            case < 0 and >= int.MinValue:
                Put32(0xD2, (uint)number);
                break;
            default:
                Put(0xD3);
                BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(8), number);
                output.Advance(8);
                break;
        }
    }

    private void WriteText(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        if (length < 32)
        {
            Put((byte)(0xA0 | length));
        }
        else
        {
            WriteLength(length, 0xD9, 0xDA, 0xDB);
        }

        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(length)));
    }

    private void WriteLength(int length, byte small, byte medium, byte large)
    {
        switch (length)
        {
            case <= byte.MaxValue:
                Put(small);
                Put((byte)length);
                break;
            case <= ushort.MaxValue:
                Put16(medium, (ushort)length);
                break;
            default:
                Put32(large, (uint)length);
                break;
        }
    }

    private void WriteCount(int count, byte small, byte medium)
    {
        switch (count)
        {
            case < 16:
                Put((byte)(small | count));
                break;
            case <= ushort.MaxValue:
                Put16(medium, (ushort)count);
                break;
            default:
                Put32((byte)(medium + 1), (uint)count);
                break;
        }
    }

    private void Put(byte one)
    {
        output.GetSpan(1)[0] = one;
        output.Advance(1);
    }

    private void Put16(byte kind, ushort number)
    {
        Put(kind);
        BinaryPrimitives.WriteUInt16BigEndian(output.GetSpan(2), number);
        output.Advance(2);
    }

    private void Put32(byte kind, uint number)
    {
        Put(kind);
        BinaryPrimitives.WriteUInt32BigEndian(output.GetSpan(4), number);
        output.Advance(4);
    }
}
