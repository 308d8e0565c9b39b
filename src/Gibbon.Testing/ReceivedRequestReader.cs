using System.Globalization;
using System.Text;

namespace Gibbon.Testing;

/// <summary>Reads requests from a connection to <see cref="FakeUpstream"/>: one after the other, pipelined or not.</summary>
internal sealed class ReceivedRequestReader(Stream stream)
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>The next request, or null when the peer closed between two requests.</summary>
    public async ValueTask<ReceivedRequest?> ReadAsync(int connection, string? serverName, CancellationToken cancellation)
    {
        string? first = await ReadLineAsync(cancellation);
        if (first is null)
            return null;

        var parts = first.Split(' ');
        if (parts.Length != 3)
        {
            throw new InvalidDataException($"not a request line: {first}");
        }

        var headers = new List<KeyValuePair<string, string>>();
        while (await ReadLineAsync(cancellation) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(colon < 0 ? new(line, "") : new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        var body = await ReadBodyAsync(headers, cancellation);
        return new ReceivedRequest(parts[0], parts[1], parts[2], headers, body, connection, serverName);
    }

    private async ValueTask<byte[]> ReadBodyAsync(List<KeyValuePair<string, string>> headers, CancellationToken cancellation)
    {
        string? coding = Find(headers, "Transfer-Encoding");
        if (coding is not null && coding.Contains("chunked", StringComparison.OrdinalIgnoreCase))
            return await ReadChunksAsync(cancellation);

        string? length = Find(headers, "Content-Length");
        return length is null ? [] : await ReadExactlyAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellation);
    }

    private async ValueTask<byte[]> ReadChunksAsync(CancellationToken cancellation)
    {
        var body = new MemoryStream();
        while (true)
        {
            var line = await ReadLineAsync(cancellation) ?? throw new InvalidDataException("the body ends in mid-chunk");
            var size = int.Parse(line.Split(';')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
            {
                while (await ReadLineAsync(cancellation) is { Length: > 0 })
                {
                    // Trailers are read and forgotten.
                }

                return body.ToArray();
            }

            body.Write(await ReadExactlyAsync(size, cancellation));
            await ReadLineAsync(cancellation);
        }
    }

    private async ValueTask<byte[]> ReadExactlyAsync(int count, CancellationToken cancellation)
    {
        byte[] bytes = new byte[count];
        var have = Math.Min(count, _end - _start);
        _buffer.AsSpan(_start, have).CopyTo(bytes);
        _start += have;
        await stream.ReadExactlyAsync(bytes.AsMemory(have), cancellation);
        return bytes;
    }

    // A line without its CR LF; null at the end of the stream. Latin-1, so that any byte survives into the test.
    private async ValueTask<string?> ReadLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                ReadOnlySpan<byte> line = _buffer.AsSpan(_start, newline);
                _start += newline + 1;
                return Encoding.Latin1.GetString(line.EndsWith("\r"u8) ? line[..^1] : line);
            }

            MakeRoom();
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0)
                return _end == _start ? null : throw new InvalidDataException("the request ends in mid-line");

            _end += read;
        }
    }

    private void MakeRoom()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
    }

    private static string? Find(List<KeyValuePair<string, string>> headers, string name)
    {
        foreach ((string key, string value) in headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        return null;
    }
}
