using System.Diagnostics;
using System.Net;
using Gibbon.Balancing;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Forwarding;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Upstreams;
using Gibbon.Settings;

namespace Gibbon.Proxy.Streams;

/// <summary>Gets a session to its service: picks a destination, connects, tries again elsewhere if that fails, and relays.</summary>
internal sealed class StreamForwarder(ProxyDependencies dependencies)
{
    /// <summary>The session's status in the log.</summary>
    public async ValueTask<int> ServeAsync(Exchange exchange, StreamSession session)
    {
        ServiceCall call = exchange.Call;
        while (true)
        {
            ref ServiceTry attempt = ref call.AddTry();
            attempt.Started = Stopwatch.GetTimestamp();
            Pick pick = await dependencies.Destinations.PickAsync(
                call.EndPoints, call.Balancer, BalancedTries.InputOf(exchange), isRetry: call.TryCount > 1).ConfigureAwait(false);
            EndPick(exchange, in pick);
            if (!pick.Error.IsNone)
            {
                BalancedTries.LogUnpicked(exchange, pick.Error, isRetry: call.TryCount > 1);
                call.DropTry();
                exchange.LogLine(LogSeverity.Error, $"unable to proxy stream connection, status: {pick.Error.Status}, err: {pick.Error.Message}");
                return pick.Error.Status;
            }

            exchange.IsProxied = true;
            ProxyError error = await ConnectAsync(exchange, session, pick.Destination).ConfigureAwait(false);
            if (error.IsNone)
            {
                break;
            }

            exchange.LogUpstreamFailure(error);
            if (!Retries.AnyLeft(call))
            {
                return 502;
            }

            call.LastTry.State = "failed";
            BalancedTries.Failed(exchange, error);
            if (!await Retries.AskForTargetAsync(exchange).ConfigureAwait(false))
            {
                BalancedTries.LogUnpicked(exchange, PickError.NoPeerFromPlugin, isRetry: true);
                return PickError.NoPeerFromPlugin.Status;
            }
        }

        exchange.Times.HeadReceived = Stopwatch.GetTimestamp();
        BalancedTries.Connected(exchange);
        ProxyError end = await session.RelayAsync(call.Timeouts.Read).ConfigureAwait(false);
        if (end.IsNone)
        {
            return 200;
        }

        exchange.LogUpstreamFailure(end);
        return 502;
    }

    private static void EndPick(Exchange exchange, in Pick pick)
    {
        long now = Stopwatch.GetTimestamp();
        exchange.Times.BalancerEnded = now;
        ref ServiceTry attempt = ref exchange.Call.LastTry;
        attempt.BalancerLatency = (long)Stopwatch.GetElapsedTime(attempt.Started, now).TotalNanoseconds;
        attempt.EndPoint = pick.Destination.EndPoint;
        exchange.Call.Take(pick.Destination.Target);
        attempt.HostName = pick.Destination.Peer is { Literal: null } peer ? peer.Host : null;
    }

    private ValueTask<ProxyError> ConnectAsync(Exchange exchange, StreamSession session, Destination destination)
    {
        IPEndPoint endPoint = destination.EndPoint;
        return session.ConnectAsync(
            dependencies.Upstreams.Origin(endPoint.Address, endPoint.Port, UpstreamIdentity.Of(exchange, in destination)),
            dependencies.Settings.Streams.SendProxyProtocol ? ProxyProtocolWriter.Line(exchange) : default,
            exchange.Call.Timeouts.Connect);
    }
}
