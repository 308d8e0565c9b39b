using Gibbon.Proxy.Http1;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Upstreams;

/// <summary>Reads response heads, as strictly as requests: a response whose end is in doubt could answer the wrong request.</summary>
internal sealed class ResponseHeadParser(int limit)
{
    private int _position;
    private int _scanned;
    private int _reasonStart;
    private int _reasonLength;
    private int _status;
    private int _contentLengths;
    private int _transferEncodings;
    private long _contentLength;
    private bool _hasLine;

    /// <summary>Bytes that belong to the head, once it is complete.</summary>
    public int Consumed => _position;

    /// <summary>Whether a rejected head was too large, not wrong.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>What was wrong with a rejected head.</summary>
    public string? Fault { get; private set; }

    public void Reset()
    {
        _position = _scanned = _reasonStart = _reasonLength = _status = 0;
        _contentLengths = _transferEncodings = 0;
        _contentLength = -1;
        _hasLine = IsTooLarge = false;
        Fault = null;
    }

    /// <summary>Goes on with <paramref name="bytes"/>, which always begin where the head begins.</summary>
    public HeadOutcome Parse(ReadOnlySpan<byte> bytes, ResponseHead head)
    {
        while (true)
        {
            var rest = bytes[_position..];
            var end = rest[_scanned..].IndexOf((byte)'\n');
            if (end < 0)
            {
                _scanned = rest.Length;
                if (bytes.Length >= limit) return RejectTooLarge();

                return _hasLine || CouldBeStatusLine(rest) ? HeadOutcome.Incomplete : Reject("no HTTP/1 status line");
            }

            end += _scanned;
            _scanned = 0;
            if (_position + end >= limit) return RejectTooLarge();
            if (end == 0 || rest[end - 1] != '\r') return Reject("a line of the head does not end with CRLF");

            var line = rest[..(end - 1)];
            if (!_hasLine)
            {
                if (!ParseStatusLine(line, head)) return Reject("no HTTP/1 status line");
                _hasLine = true;
            }
            else if (line.IsEmpty)
            {
                _position += 2;
                return Finish(bytes, head);
            }
            else if (!ParseField(line, head))
            {
                return HeadOutcome.Rejected;
            }

            _position += end + 1;
        }
    }

    private static bool CouldBeStatusLine(ReadOnlySpan<byte> start)
    {
        var expected = "HTTP/1."u8;
        var length = Math.Min(start.Length, expected.Length);
        return start[..length].SequenceEqual(expected[..length]);
    }

    private HeadOutcome Reject(string fault)
    {
        Fault = fault;
        return HeadOutcome.Rejected;
    }

    private HeadOutcome RejectTooLarge()
    {
        IsTooLarge = true;
        return Reject("the head is too large");
    }

    private bool ParseStatusLine(ReadOnlySpan<byte> line, ResponseHead head)
    {
        if (line.Length < 12 || !line.StartsWith("HTTP/1."u8) || line[7] is not ((byte)'0' or (byte)'1') || line[8] != ' ') return false;
        if (line.Length > 12 && line[12] != ' ') return false;

        var status = 0;
        foreach (var digit in line[9..12])
        {
            if (!char.IsAsciiDigit((char)digit)) return false;
            status = (status * 10) + digit - '0';
        }

        if (status < 100 || line.ContainsAny(Syntax.NotInValue)) return false;

        head.Version = line[7] == '1' ? HttpVersion.Http11 : HttpVersion.Http10;
        head.KeepAlive = head.Version == HttpVersion.Http11;
        _status = status;
        _reasonStart = Math.Min(13, line.Length);
        _reasonLength = line.Length - _reasonStart;
        return true;
    }

    private bool ParseField(ReadOnlySpan<byte> line, ResponseHead head)
    {
        var length = line.IndexOfAnyExcept(Syntax.Token);
        if (length <= 0 || line[length] != ':') return Fail("a header line has no proper name");

        var start = length + 1;
        var end = line.Length;
        while (start < end && line[start] is (byte)' ' or (byte)'\t') start++;
        while (end > start && line[end - 1] is (byte)' ' or (byte)'\t') end--;
        var value = line[start..end];
        if (value.ContainsAny(Syntax.NotInValue)) return Fail("a header value holds NUL or CR");

        var known = KnownHeaders.Identify(line[..length]);
        head.Headers.AddField(known, _position, length, _position + start, value.Length);
        return known == KnownHeader.None || Note(known, value, head);
    }

    private bool Fail(string fault)
    {
        Fault = fault;
        return false;
    }

    private bool Note(KnownHeader known, ReadOnlySpan<byte> value, ResponseHead head)
    {
        switch (known)
        {
            case KnownHeader.ContentLength:
                if (++_contentLengths > 1) return Fail("Content-Length is given twice");
                return Syntax.TryReadLength(value, out _contentLength) || Fail("Content-Length is no number");

            case KnownHeader.TransferEncoding:
                if (++_transferEncodings > 1) return Fail("Transfer-Encoding is given twice");
                return Syntax.IsChunked(value) || Fail("Transfer-Encoding is not chunked");

            case KnownHeader.Connection:
                if (Syntax.HasToken(value, "close"u8)) head.KeepAlive = false;
                else if (head.Version == HttpVersion.Http10 && Syntax.HasToken(value, "keep-alive"u8)) head.KeepAlive = true;
                return true;

            default:
                return true;
        }
    }

    private HeadOutcome Finish(ReadOnlySpan<byte> bytes, ResponseHead head)
    {
        if (_contentLengths > 0 && _transferEncodings > 0) return Reject("Content-Length and Transfer-Encoding are both given");

        head.Headers.Append(bytes[.._position]);
        head.ByteLength = _position;
        head.SetStatus(_status, _reasonStart, _reasonLength);
        head.ContentLength = _contentLength;
        head.Framing = _transferEncodings > 0 ? MessageFraming.Chunked
            : _contentLength >= 0 ? MessageFraming.ContentLength
            : MessageFraming.UntilClose;

        // Chunks in an HTTP/1.0 answer: readable, but who knows what stands between here and there.
        if (_transferEncodings > 0 && head.Version == HttpVersion.Http10) head.KeepAlive = false;
        return HeadOutcome.Complete;
    }
}
