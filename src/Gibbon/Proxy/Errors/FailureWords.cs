using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Errors;

/// <summary>What the error log says of a failure: nginx's words, for which people's searches and alarms are made.</summary>
internal static class FailureWords
{
    private const string TimedOut = "upstream timed out (110: Connection timed out) ";

    /// <param name="error">The failure.</param>
    /// <param name="answered">Whether the head of an answer had come.</param>
    public static string Of(ProxyError error, bool answered = false) => error.Kind switch
    {
        ProxyErrorKind.ConnectRefused when error.Cause is { } cause && cause.Contains("() failed", StringComparison.Ordinal) => cause + " while proxying connection",
        ProxyErrorKind.ConnectRefused => "connect() failed (111: Connection refused) while connecting to upstream",
        ProxyErrorKind.ConnectTimeout => TimedOut + "while connecting to upstream",
        ProxyErrorKind.ConnectFailed => $"connect() failed ({error.Cause}) while connecting to upstream",
        ProxyErrorKind.TlsHandshakeFailed => $"SSL_do_handshake() failed (SSL: {error.Cause}) while SSL handshaking to upstream",
        ProxyErrorKind.TlsHandshakeTimeout => TimedOut + "while SSL handshaking to upstream",
        ProxyErrorKind.CertificateNotTrusted => $"upstream SSL certificate verify error: ({error.Cause}) while SSL handshaking to upstream",
        ProxyErrorKind.SendTimeout => TimedOut + "while sending request to upstream",
        ProxyErrorKind.SendFailed => "send() failed (104: Connection reset by peer) while sending request to upstream",
        ProxyErrorKind.ReadTimeout when answered => TimedOut + "while reading upstream",
        ProxyErrorKind.ReadTimeout => TimedOut + "while reading response header from upstream",
        ProxyErrorKind.ClosedBeforeResponse => "upstream prematurely closed connection while reading response header from upstream",
        ProxyErrorKind.MalformedResponse => $"upstream sent invalid header{Because(error)} while reading response header from upstream",
        ProxyErrorKind.ResponseHeadTooLarge => "upstream sent too big header while reading response header from upstream",
        ProxyErrorKind.TruncatedResponse => "upstream prematurely closed connection while reading upstream",
        ProxyErrorKind.ClientDisconnected => "client prematurely closed connection",
        ProxyErrorKind.ClientBodyTimeout => "client timed out (110: Connection timed out) while reading client request body",
        ProxyErrorKind.MalformedRequestBody => $"client sent invalid body{Because(error)}",
        ProxyErrorKind.RequestBodyTooLarge => "client intended to send too large body",
        _ => "request aborted" + Because(error),
    };

    private static string Because(ProxyError error) => error.Cause is { } cause ? ": " + cause : "";
}
