using System.Diagnostics;
using Gibbon.Balancing;
using Gibbon.Pdk.Entities;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Streams;
using Gibbon.Settings;

namespace Gibbon.Proxy.Forwarding;

/// <summary>What tries tell the balancer that chose their address: as in Kong a failed one when the next begins, the last one at the end.</summary>
internal static class BalancedTries
{
    /// <summary>What of a request its balancer goes by.</summary>
    public static PickInput InputOf(Exchange exchange)
    {
        ServiceCall call = exchange.Call;
        return call.Balancer?.Upstream.Algorithm switch
        {
            null => PickInput.None,
            BalancingAlgorithm.ConsistentHashing => new PickInput(call.Hash ??= HashInputs.Hash(exchange, call.Balancer.Upstream), 0, call.Tried),
            BalancingAlgorithm.StickySessions => new PickInput(0, StickyCookies.Read(exchange, call.Balancer.Upstream), call.Tried),
            _ => new PickInput(0, 0, call.Tried),
        };
    }

    /// <summary>A try has failed, and another follows.</summary>
    public static void Failed(Exchange exchange, ProxyError error)
    {
        ServiceCall call = exchange.Call;
        Balancer? balancer = call.TakenFrom;
        if (call.Release() is not { } target)
        {
            return;
        }

        call.Tried.Add(target.State);
        if (error.Retry == RetryAdvice.IfReused)
        {
            // A kept connection that the service had closed says nothing of the service.
            return;
        }

        // Kong cannot tell a session's time-out from a refusal, and counts every failure of one as a refusal.
        if (!error.IsTimeout || exchange.Downstream is StreamSession)
        {
            balancer!.Reports.ConnectionFailed(target);
        }

        if (error.IsTimeout)
        {
            balancer!.Reports.TimedOut(target);
        }
    }

    /// <summary>Nobody was found for a try: the log has Kong's words for it.</summary>
    public static void LogUnpicked(Exchange exchange, PickError error, bool isRetry)
    {
        if (error.LookUp is { } failed)
        {
            exchange.LogLine(LogSeverity.Error, $"DNS resolution failed: {failed.Error}. Tried: {failed.Tried ?? "[]"}");
        }

        if (isRetry)
        {
            string host = exchange.Call.Balancer?.Upstream.Name ?? exchange.Call.EndPoints?.Host ?? "";
            exchange.LogLine(LogSeverity.Error, $"failed to retry the dns/balancer resolver for '{host}' with: {error.Message}");
        }
    }

    /// <summary>A session has its connection: how long that took is all that is known of how fast a service of streams is.</summary>
    public static void Connected(Exchange exchange)
    {
        if (exchange.Call is { Target: { } target, TakenFrom: { } balancer })
        {
            balancer.Answered(target, Stopwatch.GetElapsedTime(exchange.Times.BalancerEnded).TotalSeconds);
        }
    }

    /// <summary>The service has answered: a session that is bound by a cookie learns to whom.</summary>
    public static void Answered(Exchange exchange)
    {
        if (exchange.Call is { Target: { StickyId: not 0 } target, TakenFrom: { } balancer })
        {
            StickyCookies.Bind(exchange, balancer.Upstream, target);
        }
    }

    /// <summary>The exchange is over.</summary>
    public static void Finish(Exchange exchange)
    {
        ServiceCall call = exchange.Call;
        Balancer? balancer = call.TakenFrom;
        if (call.Release() is not { } target || !exchange.IsProxied || call.IsServiceBlameless)
        {
            return;
        }

        balancer!.Reports.Answered(target, exchange.Downstream is StreamSession ? exchange.Head.Status : call.LastTry.UpstreamStatus);
        if (exchange.ServiceAnswer is { Head.Status: not 101 })
        {
            // How long a tunnel was open says nothing of how fast answers come.
            long ended = exchange.Times.BodyEnded == 0 ? Stopwatch.GetTimestamp() : exchange.Times.BodyEnded;
            balancer.Answered(target, Stopwatch.GetElapsedTime(exchange.Times.BalancerEnded, ended).TotalSeconds);
        }
    }
}
