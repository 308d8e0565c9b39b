using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Forwarding;

/// <summary>
/// When a failed try may be followed by another: Kong's rules, which are nginx's <c>proxy_next_upstream error timeout</c>. What the service
/// may have acted on is sent again only if the method says that this does no harm.
/// </summary>
internal static class Retries
{
    public static bool Allow(Exchange exchange, ProxyError error)
    {
        ServiceCall call = exchange.Call;
        if (error.Source == ErrorSource.Client || exchange.IsDisconnected || error.Kind == ProxyErrorKind.Aborted)
        {
            return false;
        }

        if (error.Kind is ProxyErrorKind.MalformedResponse or ProxyErrorKind.ResponseHeadTooLarge)
        {
            // The service has answered, only not well.
            return false;
        }

        bool isUnseen = error.Retry == RetryAdvice.Yes;
        if (!isUnseen && (!IsIdempotent(exchange) || !exchange.Body.IsWhole))
        {
            return false;
        }

        if (!exchange.Body.IsWhole && exchange.Body.Current.BytesRead > 0)
        {
            return false;
        }

        // A kept connection that the service had closed costs no retry.
        if (error.Retry == RetryAdvice.IfReused)
        {
            call.FreeTries++;
            return true;
        }

        bool isOwnChoice = call.IsTargetSet && call.RetryCallback is null;
        return !isOwnChoice && call.TryCount - call.FreeTries <= call.Retries;
    }

    private static bool IsIdempotent(Exchange exchange) => (exchange.Call.Method ?? exchange.Downstream.Request.MethodString) is not ("POST" or "PATCH" or "LOCK");
}
