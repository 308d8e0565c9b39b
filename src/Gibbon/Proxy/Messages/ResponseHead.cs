namespace Gibbon.Proxy.Messages;

/// <summary>A response's head: status line, headers, and what they mean for framing and connection.</summary>
internal sealed class ResponseHead
{
    private (int Offset, int Length) _reason;
    private bool _hasReason;

    public HeaderTable Headers { get; } = new();

    /// <summary>The status code; set it with <see cref="SetStatus(int)"/>.</summary>
    public int Status { get; private set; }

    /// <summary>The reason phrase: as the upstream sent it, else the one nginx uses for the status, which may be empty.</summary>
    public ReadOnlySpan<byte> Reason => _hasReason ? Headers.Slice(_reason.Offset, _reason.Length) : ReasonPhrases.Of(Status);

    public HttpVersion Version { get; set; }

    /// <summary>
    /// How the body ends. For a response to be sent: <see cref="MessageFraming.Chunked"/> means "length unknown"; the front end falls back
    /// to closing the connection for an HTTP/1.0 client.
    /// </summary>
    public MessageFraming Framing { get; set; }

    /// <summary>The announced length, -1 if unknown. May be positive without a body (HEAD, 304).</summary>
    public long ContentLength { get; set; } = -1;

    /// <summary>
    /// Content-Length is written where the table has it, not behind Content-Type: so it is on answers that Kong's own code makes, and not the
    /// web server.
    /// </summary>
    public bool LengthStandsAmongFields { get; set; }

    /// <summary>Whether the status is somebody's own choice, and goes out as it is even where the web server has a meaning of its own for it.</summary>
    public bool KeepsStatus { get; set; }

    /// <summary>Whether the sender would keep the connection.</summary>
    public bool KeepAlive { get; set; }

    /// <summary>Bytes of the head as received.</summary>
    public int ByteLength { get; set; }

    /// <summary>Sets the status and with it nginx's reason phrase.</summary>
    public void SetStatus(int status)
    {
        Status = status;
        _hasReason = false;
    }

    /// <summary>Sets the status and the reason phrase as received.</summary>
    public void SetStatus(int status, ReadOnlySpan<byte> reason)
    {
        Status = status;
        _reason = (Headers.Append(reason), reason.Length);
        _hasReason = true;
    }

    internal void SetStatus(int status, int reasonOffset, int reasonLength)
    {
        Status = status;
        _reason = (reasonOffset, reasonLength);
        _hasReason = true;
    }

    public void Reset()
    {
        Headers.Reset();
        Status = 0;
        _reason = default;
        _hasReason = false;
        Version = HttpVersion.Http11;
        Framing = MessageFraming.None;
        ContentLength = -1;
        LengthStandsAmongFields = false;
        KeepsStatus = false;
        KeepAlive = false;
        ByteLength = 0;
    }
}
