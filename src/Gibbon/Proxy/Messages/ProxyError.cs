namespace Gibbon.Proxy.Messages;

/// <summary>Whose fault a <see cref="ProxyError"/> is.</summary>
internal enum ErrorSource : byte
{
    Client,
    Upstream,
    Gateway,
}

/// <summary>Whether another attempt may be made after a <see cref="ProxyError"/>.</summary>
internal enum RetryAdvice : byte
{
    /// <summary>No: the upstream may have acted on the request, or the client is the cause.</summary>
    No,

    /// <summary>Yes: the upstream has seen nothing of the request.</summary>
    Yes,

    /// <summary>
    /// Only because the connection had been kept from an earlier request: the upstream closed it while the request was on its way.
    /// </summary>
    IfReused,
}

/// <summary>What went wrong in an exchange.</summary>
internal enum ProxyErrorKind : byte
{
    None,

    ConnectRefused,
    ConnectTimeout,
    ConnectFailed,
    TlsHandshakeFailed,
    TlsHandshakeTimeout,
    CertificateNotTrusted,
    SendTimeout,
    SendFailed,
    ReadTimeout,

    /// <summary>The upstream closed or reset the connection before a whole response head.</summary>
    ClosedBeforeResponse,

    /// <summary>The response head is not HTTP/1, or is ambiguous.</summary>
    MalformedResponse,

    /// <summary>The response head does not fit the buffer.</summary>
    ResponseHeadTooLarge,

    /// <summary>The body ended early or its chunks are malformed.</summary>
    TruncatedResponse,

    ClientDisconnected,
    ClientBodyTimeout,

    /// <summary>The client's chunks are malformed: 400.</summary>
    MalformedRequestBody,

    /// <summary>A body without Content-Length went over client_max_body_size: 413.</summary>
    RequestBodyTooLarge,

    /// <summary>The gateway stopped the attempt itself.</summary>
    Aborted,
}

/// <summary>An expected failure of an exchange, as a value. The default value is "no error".</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Source">Whose fault it is; passive health checks count <see cref="ErrorSource.Upstream"/> only.</param>
/// <param name="Retry">Whether the same request may be sent again.</param>
/// <param name="Cause">The detail for the error log, when there is one.</param>
internal readonly record struct ProxyError(
    ProxyErrorKind Kind,
    ErrorSource Source = ErrorSource.Upstream,
    RetryAdvice Retry = RetryAdvice.No,
    string? Cause = null)
{
    public bool IsNone => Kind == ProxyErrorKind.None;

    /// <summary>True for the failures that nginx calls <c>timeout</c>; they give 504.</summary>
    public bool IsTimeout => Kind is ProxyErrorKind.ConnectTimeout
        or ProxyErrorKind.TlsHandshakeTimeout
        or ProxyErrorKind.SendTimeout
        or ProxyErrorKind.ReadTimeout;

    /// <summary>The status of an answer to this failure, 499 when the client is gone and nothing can be sent.</summary>
    public int Status => Kind switch
    {
        ProxyErrorKind.None => 200,
        ProxyErrorKind.ClientDisconnected => 499,
        ProxyErrorKind.ClientBodyTimeout => 408,
        ProxyErrorKind.MalformedRequestBody => 400,
        ProxyErrorKind.RequestBodyTooLarge => 413,
        _ => IsTimeout ? 504 : 502,
    };
}
