using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Http1;

/// <summary>
/// Reads request heads, strictly: whatever two parsers might read differently is refused. Bytes may come in any pieces; lines that are
/// complete are not looked at again.
/// </summary>
internal sealed class RequestHeadParser(Http1Settings settings)
{
    private int _position;
    private int _scanned;
    private int _lineStart;
    private int _room;
    private int _largeBuffers;
    private bool _hasLine;
    private int _contentLengths;
    private int _transferEncodings;
    private int _hosts;
    private ulong _single;

    /// <summary>Bytes that belong to the head, once it is complete or rejected.</summary>
    public int Consumed => _position;

    /// <summary>Why the head was rejected.</summary>
    public RequestRejection Rejection { get; private set; }

    /// <summary>Makes ready for the next head.</summary>
    public void Reset()
    {
        _position = _scanned = _lineStart = 0;
        _room = settings.ClientHeaderBufferSize;
        _largeBuffers = 0;
        _hasLine = false;
        _contentLengths = _transferEncodings = _hosts = 0;
        _single = 0;
        Rejection = RequestRejection.None;
    }

    /// <summary>Goes on with <paramref name="bytes"/>, which always begin where the head begins.</summary>
    public HeadOutcome Parse(ReadOnlySpan<byte> bytes, RequestHead head)
    {
        while (true)
        {
            var rest = bytes[_position..];
            var end = rest[_scanned..].IndexOf((byte)'\n');
            if (end < 0)
            {
                _scanned = rest.Length;
                return CheckUnfinishedLine(rest) ? HeadOutcome.Incomplete : Reject(bytes, head);
            }

            end += _scanned;
            _scanned = 0;
            if (!Fits(end + 1)) return Reject(bytes, head);
            if (end == 0 || rest[end - 1] != '\r') return Reject(RequestRejection.BareLineFeed, bytes, head);

            var line = rest[..(end - 1)];
            if (line.IsEmpty)
            {
                _position += 2;
                if (_hasLine) return Finish(bytes, head);

                _lineStart = _position;
                continue;
            }

            var sound = _hasLine ? ParseField(line, head) : ParseRequestLine(line, head);
            if (!sound) return Reject(bytes, head);

            _hasLine = true;
            _position += end + 1;
        }
    }

    private bool Fail(RequestRejection rejection)
    {
        Rejection = rejection;
        return false;
    }

    private HeadOutcome Reject(RequestRejection rejection, ReadOnlySpan<byte> bytes, RequestHead head)
    {
        Rejection = rejection;
        return Reject(bytes, head);
    }

    // What was understood stays readable: the fields so far, or the line itself for the access log.
    private HeadOutcome Reject(ReadOnlySpan<byte> bytes, RequestHead head)
    {
        if (!_hasLine)
        {
            var rest = bytes[_position..];
            var end = rest.IndexOf((byte)'\n');
            var line = rest[..(end < 0 ? rest.Length : end)].TrimEnd((byte)'\r');
            head.SetLine(_lineStart, line.Length);
            _position = end < 0 ? bytes.Length : _position + end + 1;
        }

        head.Headers.Append(bytes[.._position]);
        head.ByteLength = _position;
        return HeadOutcome.Rejected;
    }

    // nginx puts whole lines into one small buffer, then into a few large ones; a line that does not fit an empty large one is too long.
    private bool Fits(int length)
    {
        if (length <= _room)
        {
            _room -= length;
            return true;
        }

        if (length > settings.LargeHeaderBufferSize || ++_largeBuffers > settings.LargeHeaderBufferCount) return Fail(TooLarge);

        _room = settings.LargeHeaderBufferSize - length;
        return true;
    }

    private RequestRejection TooLarge => _hasLine ? RequestRejection.HeadersTooLarge : RequestRejection.RequestLineTooLong;

    private bool CheckUnfinishedLine(ReadOnlySpan<byte> line)
    {
        if (line.Length >= settings.LargeHeaderBufferSize) return Fail(TooLarge);
        if (_hasLine || line.IsEmpty || IsMethodLetter(line[0]) || line[0] == '\r') return true;

        return Fail(RequestRejection.MalformedRequestLine);
    }

    private static bool IsMethodLetter(byte letter) => letter is >= (byte)'A' and <= (byte)'Z' or (byte)'_' or (byte)'-';

    private bool ParseRequestLine(ReadOnlySpan<byte> line, RequestHead head)
    {
        var method = 0;
        while (method < line.Length && IsMethodLetter(line[method])) method++;
        if (method == 0 || method == line.Length || line[method] != ' ') return Fail(RequestRejection.MalformedRequestLine);

        // The last ten bytes are " HTTP/x.y"; what lies between is the target, whatever it holds.
        if (line.Length < method + 11 || !line[^9..^3].SequenceEqual(" HTTP/"u8) || line[^2] != '.'
            || !char.IsAsciiDigit((char)line[^3]) || !char.IsAsciiDigit((char)line[^1]) || line[^3] == '0')
        {
            return Fail(RequestRejection.MalformedRequestLine);
        }

        head.Version = line[^3] == '1' && line[^1] == '0' ? HttpVersion.Http10 : HttpVersion.Http11;
        head.KeepAlive = head.Version == HttpVersion.Http11;
        head.SetLine(_lineStart, line.Length);
        head.SetMethod(_lineStart, method, RequestMethods.Identify(line[..method]));
        if (line[^3] != '1') return Fail(RequestRejection.UnsupportedVersion);
        if (head.Method == RequestMethod.Connect) return Fail(RequestRejection.ConnectMethod);

        return ParseTarget(line[(method + 1)..^9], _lineStart + method + 1, head);
    }

    private bool ParseTarget(ReadOnlySpan<byte> target, int offset, RequestHead head)
    {
        if (target.SequenceEqual("*"u8)) return Fail(RequestRejection.AsteriskTarget);
        if (!RequestTarget.HasOnlyAllowedLetters(target)) return Fail(RequestRejection.InvalidTarget);

        var path = 0;
        if (target[0] != '/')
        {
            if (!RequestTarget.TrySplitAbsolute(target, out var authority, out path)) return Fail(RequestRejection.InvalidTarget);
            if (!RequestTarget.IsAuthority(target[authority])) return Fail(RequestRejection.InvalidHost);

            head.SetAuthority(offset + authority.Start.Value, path - authority.Start.Value);
        }

        head.SetTarget(offset + path, target.Length - path);
        var origin = target[path..];
        var query = origin.IndexOf((byte)'?');
        return RequestTarget.IsSoundPath(query < 0 ? origin : origin[..query]) || Fail(RequestRejection.InvalidTarget);
    }

    private bool ParseField(ReadOnlySpan<byte> line, RequestHead head)
    {
        var length = line.IndexOfAnyExcept(Syntax.OrdinaryName);
        if (length < 0) length = line.Length;
        else if (line[length] != ':') return CheckDroppedField(line, length);
        if (length == 0) return Fail(RequestRejection.InvalidHeaderName);

        // A line without colon is a field without value, as Kong passes it on.
        var start = Math.Min(length + 1, line.Length);
        var end = line.Length;
        while (start < end && line[start] is (byte)' ' or (byte)'\t') start++;
        while (end > start && line[end - 1] is (byte)' ' or (byte)'\t') end--;
        var value = line[start..end];
        if (value.ContainsAny(Syntax.NotInValue)) return Fail(RequestRejection.InvalidHeaderValue);

        var known = KnownHeaders.Identify(line[..length]);
        head.Headers.AddField(known, _position, length, _position + start, value.Length);
        return known == KnownHeader.None || Note(known, value, head);
    }

    private bool CheckDroppedField(ReadOnlySpan<byte> line, int length)
    {
        if (length == 0 && line[0] is (byte)' ' or (byte)'\t') return Fail(RequestRejection.FoldedHeader);

        for (; length < line.Length && line[length] != ':'; length++)
        {
            if (line[length] is <= 0x20 or 0x7f) return Fail(RequestRejection.InvalidHeaderName);
        }

        return !line[length..].ContainsAny(Syntax.NotInValue) || Fail(RequestRejection.InvalidHeaderValue);
    }

    private bool Note(KnownHeader known, ReadOnlySpan<byte> value, RequestHead head)
    {
        switch (known)
        {
            case KnownHeader.Host:
                if (++_hosts > 1) return Fail(RequestRejection.RepeatedHost);
                return value.IsEmpty || RequestTarget.IsAuthority(value) || Fail(RequestRejection.InvalidHost);

            case KnownHeader.ContentLength:
                if (++_contentLengths > 1) return Fail(RequestRejection.RepeatedContentLength);
                if (!Syntax.TryReadLength(value, out var length)) return Fail(RequestRejection.InvalidContentLength);
                head.ContentLength = length;
                return true;

            case KnownHeader.TransferEncoding:
                _transferEncodings++;
                return Syntax.IsChunked(value) || Fail(RequestRejection.UnsupportedTransferEncoding);

            case KnownHeader.Connection:
                if (Syntax.HasToken(value, "close"u8)) head.KeepAlive = false;
                else if (head.Version == HttpVersion.Http10 && Syntax.HasToken(value, "keep-alive"u8)) head.KeepAlive = true;
                return true;

            case KnownHeader.Authorization or KnownHeader.IfModifiedSince or KnownHeader.IfNoneMatch:
                return NoteSingle(known);

            case KnownHeader.Expect:
                if (!NoteSingle(known)) return false;
                head.ExpectContinue = head.Version == HttpVersion.Http11 && Syntax.HasToken(value, "100-continue"u8);
                return true;

            default:
                return true;
        }
    }

    /// <summary>A field that comes once only: of two, the plugins and the service could believe different ones.</summary>
    private bool NoteSingle(KnownHeader known)
    {
        ulong bit = 1UL << (int)known;
        if ((_single & bit) != 0) return Fail(RequestRejection.RepeatedField);

        _single |= bit;
        return true;
    }

    private HeadOutcome Finish(ReadOnlySpan<byte> bytes, RequestHead head)
    {
        head.Headers.Append(bytes[.._position]);
        head.ByteLength = _position;
        Rejection = Judge(head);
        if (Rejection != RequestRejection.None) return HeadOutcome.Rejected;

        head.Framing = _transferEncodings > 0 ? MessageFraming.Chunked
            : head.ContentLength > 0 ? MessageFraming.ContentLength
            : MessageFraming.None;
        if (head.Framing == MessageFraming.Chunked) head.ContentLength = -1;
        head.CompleteTarget();
        return HeadOutcome.Complete;
    }

    private RequestRejection Judge(RequestHead head)
    {
        if (_transferEncodings > 0)
        {
            if (_contentLengths > 0 || _transferEncodings > 1) return RequestRejection.ConflictingFraming;
            if (head.Version == HttpVersion.Http10) return RequestRejection.TransferEncodingInHttp10;
        }

        if (head.Headers.TryGet(KnownHeader.Host, out var host) ? host.IsEmpty : head.Version == HttpVersion.Http11)
        {
            return RequestRejection.MissingHost;
        }

        return settings.ClientMaxBodySize > 0 && head.ContentLength > settings.ClientMaxBodySize
            ? RequestRejection.BodyTooLarge
            : RequestRejection.None;
    }
}
