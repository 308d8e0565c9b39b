using Gibbon.Pdk;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;
using Gibbon.Settings;

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

        return AnyLeft(call);
    }

    /// <summary>Whether the tries are not used up; a target that a plugin has chosen has one, unless the plugin names another.</summary>
    public static bool AnyLeft(ServiceCall call) =>
        (!call.IsTargetSet || call.RetryCallback is not null) && call.TryCount - call.FreeTries <= call.Retries;

    /// <summary>Has the plugin that has chosen the target name another, if it wants to; false when it cannot. An upstream has its own.</summary>
    public static ValueTask<bool> AskForTargetAsync(Exchange exchange)
    {
        return exchange.Call.Balancer is not null || exchange.Call.RetryCallback is not { } callback ? new ValueTask<bool>(true) : AskAsync(exchange, callback);

        static async ValueTask<bool> AskAsync(Exchange exchange, Func<RequestContext, ValueTask<Result>> callback)
        {
            Phase phase = exchange.Phase;
            exchange.Enter(Phase.Balancer);
            try
            {
                Result result = await callback(exchange).ConfigureAwait(false);
                if (!result.IsOk)
                {
                    exchange.LogLine(LogSeverity.Error, "retry handler failed: " + result.Error);
                }

                return result.IsOk;
            }
            catch (Exception failure)
            {
                exchange.LogLine(LogSeverity.Error, "retry handler failed: " + failure);
                return false;
            }
            finally
            {
                exchange.Enter(phase);
            }
        }
    }

    private static bool IsIdempotent(Exchange exchange) => (exchange.Call.Method ?? exchange.Downstream.Request.MethodString) is not ("POST" or "PATCH" or "LOCK");
}
