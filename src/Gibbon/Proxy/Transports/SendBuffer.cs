using System.Buffers;
using System.Buffers.Text;

namespace Gibbon.Proxy.Transports;

/// <summary>Bytes held back to leave in one send. The array is pooled and kept between messages until <see cref="Release"/>.</summary>
internal sealed class SendBuffer(int size)
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(0, Length);

    /// <summary>Free bytes before the array would have to grow.</summary>
    public int Room => (_bytes.Length == 0 ? size : _bytes.Length) - Length;

    public void Clear() => Length = 0;

    /// <summary>Leaves the array to the collector, because a send may still be reading it.</summary>
    public void Abandon() => _bytes = [];

    public void Append(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Appends <c>name: value</c> and a line end.</summary>
    public void AppendField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var total = name.Length + value.Length + 4;
        Ensure(total);
        var to = _bytes.AsSpan(Length, total);
        name.CopyTo(to);
        to[name.Length] = (byte)':';
        to[name.Length + 1] = (byte)' ';
        value.CopyTo(to[(name.Length + 2)..]);
        to[total - 2] = (byte)'\r';
        to[total - 1] = (byte)'\n';
        Length += total;
    }

    /// <summary>Appends <c>name: number</c> and a line end.</summary>
    public void AppendField(ReadOnlySpan<byte> name, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var count);
        AppendField(name, digits[..count]);
    }

    /// <summary>Appends a chunk's size line.</summary>
    public void AppendChunkSize(int chunk)
    {
        Ensure(10);
        Utf8Formatter.TryFormat(chunk, _bytes.AsSpan(Length), out var count, new StandardFormat('x'));
        Length += count;
        Append("\r\n"u8);
    }

    public void Release()
    {
        if (_bytes.Length > 0) Blocks.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void Ensure(int more)
    {
        if (_bytes.Length - Length < more) Grow(more);
    }

    private void Grow(int more)
    {
        var bigger = Blocks.Rent(Math.Max(size, Length + more));
        _bytes.AsSpan(0, Length).CopyTo(bigger);
        if (_bytes.Length > 0) Blocks.Return(_bytes);
        _bytes = bigger;
    }
}
