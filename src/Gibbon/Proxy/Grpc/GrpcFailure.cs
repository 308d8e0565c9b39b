using System.Security.Authentication;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Grpc;

/// <summary>The HTTP client's exceptions as errors of an exchange.</summary>
internal static class GrpcFailure
{
    private const int RefusedStream = 7;

    public static bool IsExpected(Exception error) =>
        error is HttpRequestException or IOException or OperationCanceledException or AuthenticationException or ObjectDisposedException;

    /// <summary>What went wrong with the upstream.</summary>
    /// <param name="error">What the client threw.</param>
    /// <param name="hasHead">Whether the response had begun.</param>
    public static ProxyError Of(Exception error, bool hasHead)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is GrpcConnectException connect) return connect.Error;
            if (cause is HttpProtocolException { ErrorCode: RefusedStream })
            {
                return new ProxyError(ProxyErrorKind.ClosedBeforeResponse, ErrorSource.Upstream, RetryAdvice.Yes, cause.Message);
            }
        }

        ProxyErrorKind kind = hasHead ? ProxyErrorKind.TruncatedResponse : KindOf(error);
        return new ProxyError(kind, ErrorSource.Upstream, RetryAdvice.No, error.InnerException?.Message ?? error.Message);
    }

    private static ProxyErrorKind KindOf(Exception error) => (error as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.ConfigurationLimitExceeded => ProxyErrorKind.ResponseHeadTooLarge,
        HttpRequestError.InvalidResponse or HttpRequestError.VersionNegotiationError => ProxyErrorKind.MalformedResponse,
        HttpRequestError.SecureConnectionError => ProxyErrorKind.TlsHandshakeFailed,
        _ => ProxyErrorKind.ClosedBeforeResponse,
    };
}
