using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Gibbon.Observability;

/// <summary>
/// A line of a log while it is put together: bytes in a buffer that its thread keeps for the next line. Get one with <see cref="Begin"/>, hand
/// <see cref="Written"/> on and forget it, all without waiting in between.
/// </summary>
internal sealed class LogLine
{
    private const int MostKept = 64 * 1024;

    private static readonly SearchValues<byte> Plain = SearchValues.Create(Encoding.ASCII.GetBytes(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(static code => (char)code).Where(static letter => letter is not ('"' or '\\'))]));

    [ThreadStatic]
    private static LogLine? t_line;

    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>The line so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>This thread's line, empty.</summary>
    public static LogLine Begin()
    {
        LogLine line = t_line ??= new LogLine();
        line._length = 0;
        if (line._bytes.Length > MostKept)
        {
            line._bytes = new byte[1024];
        }

        return line;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    public void Append(byte value)
    {
        Room(1)[0] = value;
        _length++;
    }

    public void Append(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out int written);
        _length += written;
    }

    public void Append(string text)
    {
        Span<byte> room = Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, room);
    }

    public void Append(IUtf8SpanFormattable value)
    {
        int most = 64;
        int written;
        while (!value.TryFormat(Room(most), out written, default, null))
        {
            most *= 2;
        }

        _length += written;
    }

    /// <summary>Seconds with three decimals, as nginx writes durations and times.</summary>
    public void AppendSeconds(long milliseconds)
    {
        Append(Math.DivRem(milliseconds, 1000, out long rest));
        Span<byte> room = Room(4);
        room[0] = (byte)'.';
        room[1] = (byte)('0' + (rest / 100));
        room[2] = (byte)('0' + (rest / 10 % 10));
        room[3] = (byte)('0' + (rest % 10));
        _length += 4;
    }

    /// <summary>What a client sent, so that it cannot break out of its quotes or its line: nginx's <c>\xXX</c>.</summary>
    public void AppendEscaped(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            int special = bytes.IndexOfAnyExcept(Plain);
            if (special < 0)
            {
                Append(bytes);
                return;
            }

            Append(bytes[..special]);
            Append("\\x"u8);
            AppendHex(bytes[special]);
            bytes = bytes[(special + 1)..];
        }
    }

    /// <summary>The same for a line that is JSON (<c>escape=json</c>).</summary>
    public void AppendJson(ReadOnlySpan<byte> bytes)
    {
        foreach (byte b in bytes)
        {
            switch (b)
            {
                case (byte)'"' or (byte)'\\':
                    Append((byte)'\\');
                    Append(b);
                    break;
                case (byte)'\n':
                    Append("\\n"u8);
                    break;
                case (byte)'\r':
                    Append("\\r"u8);
                    break;
                case (byte)'\t':
                    Append("\\t"u8);
                    break;
                case (byte)'\b':
                    Append("\\b"u8);
                    break;
                case (byte)'\f':
                    Append("\\f"u8);
                    break;
                case < (byte)' ':
                    Append("\\u00"u8);
                    AppendHex(b);
                    break;
                default:
                    Append(b);
                    break;
            }
        }
    }

    /// <summary>A message: line ends in it are shown, so that it stays one line.</summary>
    public void AppendOneLine(string text)
    {
        int start = _length;
        Append(text);
        int at;
        while ((at = _bytes.AsSpan(start, _length - start).IndexOfAny((byte)'\r', (byte)'\n')) >= 0)
        {
            start += at;
            Room(1);
            byte shown = _bytes[start] == '\r' ? (byte)'r' : (byte)'n';
            _bytes.AsSpan(start + 1, _length - start - 1).CopyTo(_bytes.AsSpan(start + 2));
            _bytes[start++] = (byte)'\\';
            _bytes[start++] = shown;
            _length++;
        }
    }

    /// <summary>What a client sent, as text: not quoted further, but never more than one line.</summary>
    public void AppendOneLine(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOfAny((byte)'\r', (byte)'\n') < 0 && Utf8.IsValid(bytes))
        {
            Append(bytes);
        }
        else
        {
            AppendOneLine(Encoding.Latin1.GetString(bytes));
        }
    }

    private void AppendHex(byte value)
    {
        Span<byte> room = Room(2);
        room[0] = Digit(value >> 4);
        room[1] = Digit(value & 15);
        _length += 2;

        static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'A' + value - 10);
    }

    private Span<byte> Room(int most)
    {
        if (_bytes.Length - _length < most)
        {
            Array.Resize(ref _bytes, Math.Max(_length + most, _bytes.Length * 2));
        }

        return _bytes.AsSpan(_length);
    }
}
