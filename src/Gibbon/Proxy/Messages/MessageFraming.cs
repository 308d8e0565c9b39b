namespace Gibbon.Proxy.Messages;

/// <summary>How the end of a message's body is told. The gateway always decides it anew for what it sends.</summary>
internal enum MessageFraming : byte
{
    /// <summary>No body follows.</summary>
    None,

    /// <summary>As many bytes as Content-Length says.</summary>
    ContentLength,

    /// <summary>Chunks; in HTTP/2, data frames until the end of the stream.</summary>
    Chunked,

    /// <summary>Everything until the connection ends; responses only.</summary>
    UntilClose,
}
