using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Upstreams;

/// <summary>
/// A request as the gateway sends it. The writer decides framing by itself: Content-Length and Transfer-Encoding are never taken from a
/// table; Connection, Keep-Alive and Proxy-Connection only from <see cref="Leading"/>, the gateway's own fields.
/// </summary>
internal sealed class OutgoingRequest
{
    private readonly HeaderTable _line = new();
    private int _methodLength;
    private int _targetLength;

    /// <summary>The gateway's own fields, written first: Via, Host, Upgrade, Connection, X-Forwarded-*.</summary>
    public HeaderTable Leading { get; } = new();

    /// <summary>The client's fields as edited, written after; a name that <see cref="Leading"/> has too must have been removed from here, except Host.</summary>
    public HeaderTable? Headers { get; set; }

    /// <summary>Which of the client's fields are left out: a bit for each <see cref="KnownHeader"/>.</summary>
    public ulong Skip { get; set; }

    public ReadOnlySpan<byte> Method => _line.Slice(0, _methodLength);

    public ReadOnlySpan<byte> Target => _line.Slice(_methodLength, _targetLength);

    /// <summary>How the body will be framed: None, ContentLength or Chunked.</summary>
    public MessageFraming Framing { get; set; }

    /// <summary>The length when <see cref="Framing"/> is <see cref="MessageFraming.ContentLength"/>.</summary>
    public long ContentLength { get; set; }

    public void SetLine(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target)
    {
        _line.Reset();
        _line.Append(method);
        _line.Append(target);
        _methodLength = method.Length;
        _targetLength = target.Length;
    }

    public void Reset()
    {
        _line.Reset();
        _methodLength = _targetLength = 0;
        Leading.Reset();
        Headers = null;
        Skip = 0;
        Framing = MessageFraming.None;
        ContentLength = 0;
    }
}
