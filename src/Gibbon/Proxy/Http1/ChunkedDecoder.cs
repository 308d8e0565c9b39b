using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Http1;

/// <summary>What came of decoding the bytes at hand.</summary>
internal enum ChunkedOutcome : byte
{
    More,
    Done,
    Malformed,
}

/// <summary>
/// Takes the chunked framing off a body, strictly: every line ends with CRLF, sizes are hexadecimal digits that fit 63 bits, extensions
/// and trailers are limited.
/// </summary>
internal sealed class ChunkedDecoder
{
    private const int LongestLine = 4096;
    private const int MostExtensionBytes = 16 * 1024;
    private const int MostTrailerBytes = 8 * 1024;

    private readonly HeaderTable _trailers = new();
    private State _state;
    private long _remaining;
    private int _extensionBytes;
    private int _trailerBytes;

    private enum State : byte
    {
        Size,
        Data,
        DataEnd,
        Trailer,
        Done,
    }

    /// <summary>The trailer fields, null when there are none.</summary>
    public HeaderTable? Trailers => _trailers.Count == 0 ? null : _trailers;

    public void Reset()
    {
        _trailers.Reset();
        _state = State.Size;
        _remaining = 0;
        _extensionBytes = _trailerBytes = 0;
    }

    /// <summary>
    /// Decodes in place: the content of all chunks at hand is moved together at the front of <paramref name="bytes"/>.
    /// </summary>
    /// <param name="bytes">Raw bytes, from the first that has not been consumed.</param>
    /// <param name="consumed">Raw bytes used up.</param>
    /// <param name="produced">Bytes of content, at the front.</param>
    public ChunkedOutcome Decode(Span<byte> bytes, out int consumed, out int produced)
    {
        consumed = produced = 0;
        while (_state != State.Done)
        {
            var rest = bytes[consumed..];
            if (_state == State.Data)
            {
                var length = (int)Math.Min(_remaining, rest.Length);
                if (length == 0) return ChunkedOutcome.More;

                if (consumed != produced) rest[..length].CopyTo(bytes[produced..]);
                consumed += length;
                produced += length;
                _remaining -= length;
                if (_remaining == 0) _state = State.DataEnd;
                continue;
            }

            var end = rest.IndexOf((byte)'\n');
            if (end < 0) return rest.Length <= LongestLine && IsPlausible(rest) ? ChunkedOutcome.More : ChunkedOutcome.Malformed;
            if (end == 0 || end > LongestLine || rest[end - 1] != '\r' || !Take(rest[..(end - 1)])) return ChunkedOutcome.Malformed;

            consumed += end + 1;
        }

        return ChunkedOutcome.Done;
    }

    // Tells nonsense early, so that a client that waits for an answer gets one.
    private bool IsPlausible(ReadOnlySpan<byte> line) =>
        line.IsEmpty || _state switch
        {
            State.Size => char.IsAsciiHexDigit((char)line[0]),
            State.DataEnd => line.Length == 1 && line[0] == '\r',
            _ => true,
        };

    private bool Take(ReadOnlySpan<byte> line) => _state switch
    {
        State.Size => TakeSize(line),
        State.DataEnd => TakeDataEnd(line),
        _ => TakeTrailer(line),
    };

    private bool TakeDataEnd(ReadOnlySpan<byte> line)
    {
        _state = State.Size;
        return line.IsEmpty;
    }

    private bool TakeSize(ReadOnlySpan<byte> line)
    {
        long size = 0;
        var digits = 0;
        for (; digits < line.Length && char.IsAsciiHexDigit((char)line[digits]); digits++)
        {
            if (size > long.MaxValue >> 4) return false;

            var letter = line[digits];
            size = (size << 4) | (uint)(letter <= '9' ? letter - '0' : (letter | 0x20) - 'a' + 10);
        }

        if (digits == 0 || !TakeExtensions(line[digits..])) return false;

        _remaining = size;
        _state = size == 0 ? State.Trailer : State.Data;
        return true;
    }

    private bool TakeExtensions(ReadOnlySpan<byte> extensions)
    {
        if (extensions.IsEmpty) return true;

        _extensionBytes += extensions.Length;
        if (_extensionBytes > MostExtensionBytes || Syntax.Trim(extensions) is not [(byte)';', ..]) return false;

        foreach (var letter in extensions)
        {
            if (letter is (< 0x20 and not (byte)'\t') or 0x7f) return false;
        }

        return true;
    }

    private bool TakeTrailer(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            _state = State.Done;
            return true;
        }

        _trailerBytes += line.Length + 2;
        var length = line.IndexOfAnyExcept(Syntax.Token);
        if (_trailerBytes > MostTrailerBytes || length <= 0 || line[length] != ':') return false;

        var value = Syntax.Trim(line[(length + 1)..]);
        if (value.ContainsAny(Syntax.NotInValue)) return false;

        // Fields that would change framing or routing have no place here and go no further.
        var known = KnownHeaders.Identify(line[..length]);
        if (known is not (KnownHeader.ContentLength or KnownHeader.TransferEncoding or KnownHeader.Host or KnownHeader.Connection
            or KnownHeader.Trailer or KnownHeader.TE or KnownHeader.Upgrade or KnownHeader.Authorization or KnownHeader.Cookie
            or KnownHeader.SetCookie or KnownHeader.ContentType or KnownHeader.ContentEncoding or KnownHeader.KeepAlive
            or KnownHeader.Expect or KnownHeader.ProxyConnection))
        {
            _trailers.Add(known, line[..length], value);
        }

        return true;
    }
}
