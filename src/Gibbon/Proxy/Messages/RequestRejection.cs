namespace Gibbon.Proxy.Messages;

/// <summary>Every way a request is refused before, or while, its bytes are read. <see cref="RequestRejections"/> gives the status of each.</summary>
internal enum RequestRejection : byte
{
    None,

    /// <summary>The request line is not <c>METHOD target HTTP/x.y</c> with upper-case method, or names HTTP/0.9.</summary>
    MalformedRequestLine,

    /// <summary>The target holds a space, a control character, a fragment, a bad or zero percent-encoding, or climbs above the root.</summary>
    InvalidTarget,

    /// <summary>CONNECT, which a gateway does not offer.</summary>
    ConnectMethod,

    /// <summary><c>OPTIONS *</c>, as Kong answers it.</summary>
    AsteriskTarget,

    /// <summary>HTTP/2.0 and above in an HTTP/1 request line: 505, the server's own HTML page.</summary>
    UnsupportedVersion,

    /// <summary>The request line does not fit one of the large header buffers: 414.</summary>
    RequestLineTooLong,

    /// <summary>A header field does not fit one large header buffer, or all of them do not fit together: 494, sent as 400.</summary>
    HeadersTooLarge,

    /// <summary>A line ended by LF alone, or a CR that is not followed by LF.</summary>
    BareLineFeed,

    /// <summary>A field line that continues the one before (obs-fold).</summary>
    FoldedHeader,

    /// <summary>A name that is no token, space before the colon.</summary>
    InvalidHeaderName,

    /// <summary>NUL, CR or LF inside a value.</summary>
    InvalidHeaderValue,

    /// <summary>HTTP/1.1 without Host, or an empty Host.</summary>
    MissingHost,

    /// <summary>More than one Host field.</summary>
    RepeatedHost,

    /// <summary>Host, or the authority of an absolute target, is no host.</summary>
    InvalidHost,

    /// <summary>Content-Length is not digits only, or overflows.</summary>
    InvalidContentLength,

    /// <summary>More than one Content-Length field, even with the same value.</summary>
    RepeatedContentLength,

    /// <summary>More than one field of a name that says one thing only, such as Authorization.</summary>
    RepeatedField,

    /// <summary>Content-Length together with Transfer-Encoding.</summary>
    ConflictingFraming,

    /// <summary>Transfer-Encoding in an HTTP/1.0 request.</summary>
    TransferEncodingInHttp10,

    /// <summary>Transfer-Encoding given twice or with something that is not exactly <c>chunked</c>: 501, the server's own HTML page.</summary>
    UnsupportedTransferEncoding,

    /// <summary>Content-Length above client_max_body_size: 413.</summary>
    BodyTooLarge,

    /// <summary>The head did not arrive within client_header_timeout: logged as 408, nothing is sent.</summary>
    HeaderTimeout,

    /// <summary>The client left in the middle of the head: logged as 400, nothing is sent.</summary>
    IncompleteHead,

    /// <summary>A TLS record came to a listener without TLS, or the other way round: 400, the server's own HTML page.</summary>
    PlainHttpOnTlsPort,
}
