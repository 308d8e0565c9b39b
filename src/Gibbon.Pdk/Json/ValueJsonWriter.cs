using System.Buffers;
using System.Globalization;
using System.Text;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>
/// Writes JSON byte for byte as Kong's library does, which the framework's writer cannot be told to: clients compare bodies, and hashes are
/// made of them.
/// </summary>
readonly struct ValueJsonWriter(IBufferWriter<byte> output)
{
    static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(static c => (byte)c), (byte)'"', (byte)'\\', (byte)'/', 127]);

    public void Write(object? value, int depth)
    {
        switch (value)
        {
            case null:
                output.Write("null"u8);
                break;
            case bool flag:
                output.Write(flag ? "true"u8 : "false"u8);
                break;
            case string text:
                WriteText(text);
                break;
            case double or float or decimal:
                WriteNumber(Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case long or int or short or byte or sbyte or ushort or uint or ulong:
                WriteAscii(Convert.ToString(value, CultureInfo.InvariantCulture)!);
                break;
            case ValueMap or ValueList when depth == 0:
                throw new KongArgumentException("Cannot serialise, excessive depth", nameof(value));
            case ValueMap map:
                WriteMap(map, depth - 1);
                break;
            case ValueList list:
                WriteList(list, depth - 1);
                break;
            default:
                throw new KongArgumentException($"Cannot serialise {value.GetType().Name}: type not supported", nameof(value));
        }
    }

    void WriteMap(ValueMap map, int depth)
    {
        output.Write("{"u8);
        var first = true;
        foreach (var (name, value) in map)
        {
            if (!first)
                output.Write(","u8);

            first = false;
            WriteText(name);
            output.Write(":"u8);
            Write(value, depth);
        }

        output.Write("}"u8);
    }

    void WriteList(ValueList list, int depth)
    {
        output.Write("["u8);
        for (var i = 0; i < list.Count; i++)
        {
            if (i > 0)
                output.Write(","u8);

            Write(list[i], depth);
        }

        output.Write("]"u8);
    }

    void WriteText(string text)
    {
        output.Write("\""u8);
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        ReadOnlySpan<byte> rest = bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes));
        for (int next; (next = rest.IndexOfAny(Escaped)) >= 0; rest = rest[(next + 1)..])
        {
            output.Write(rest[..next]);
            WriteEscape(rest[next]);
        }

        output.Write(rest);
        output.Write("\""u8);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    void WriteEscape(byte c)
    {
        switch (c)
        {
            case (byte)'"' or (byte)'\\' or (byte)'/':
                output.Write([(byte)'\\', c]);
                break;
            case (byte)'\b':
                output.Write("\\b"u8);
                break;
            case (byte)'\f':
                output.Write("\\f"u8);
                break;
            case (byte)'\n':
                output.Write("\\n"u8);
                break;
            case (byte)'\r':
                output.Write("\\r"u8);
                break;
            case (byte)'\t':
                output.Write("\\t"u8);
                break;
            default:
                WriteAscii($"\\u{c:x4}");
                break;
        }
    }

    void WriteNumber(double number)
    {
        if (!double.IsFinite(number))
            throw new KongArgumentException("Cannot serialise number: must not be NaN or Infinity", nameof(number));

        // C's %.16g: the shortest text of at most sixteen digits, an exponent from 1e16 on, of at least two digits.
        var text = number.ToString("G16", CultureInfo.InvariantCulture);
        var exponent = text.IndexOf('E', StringComparison.Ordinal);
        if (exponent >= 0)
        {
            var power = int.Parse(text.AsSpan(exponent + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            text = string.Create(
                CultureInfo.InvariantCulture, $"{text.AsSpan(0, exponent)}e{(power < 0 ? '-' : '+')}{Math.Abs(power):00}");
        }

        WriteAscii(text);
    }

    void WriteAscii(string text)
    {
        var written = Encoding.ASCII.GetBytes(text, output.GetSpan(text.Length));
        output.Advance(written);
    }
}
