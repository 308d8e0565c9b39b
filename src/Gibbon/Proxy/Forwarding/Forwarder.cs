using System.Diagnostics;
using System.Runtime.CompilerServices;
using Gibbon.Balancing;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Forwarding;

/// <summary>
/// Gets a request to its service: picks a destination, sends, and tries again where that is safe, until the service answers or the tries are
/// used up. On failure the answer to the client is set.
/// </summary>
internal sealed class Forwarder(ProxyDependencies dependencies)
{
    /// <summary>Returns whether the service has answered; if not, the exchange's own answer says why.</summary>
    [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
    public async ValueTask<bool> SendAsync(Exchange exchange)
    {
        ServiceCall call = exchange.Call;
        ProxyError error = await TakeBodyAsync(exchange).ConfigureAwait(false);
        if (!error.IsNone)
        {
            GiveUp(exchange, error);
            return false;
        }

        exchange.PrepareTarget();
        while (true)
        {
            StartTry(exchange);
            ValueTask<Pick> picking = dependencies.Destinations.PickAsync(
                call.EndPoints, call.Balancer, BalancedTries.InputOf(exchange), isRetry: call.TryCount > 1);
            bool fromMemory = picking.IsCompleted;
            Pick pick = await picking.ConfigureAwait(false);
            EndPick(exchange, in pick, fromMemory);
            if (!pick.Error.IsNone)
            {
                FailPick(exchange, pick.Error, isRetry: call.TryCount > 1);
                return false;
            }

            error = await SendTryAsync(exchange, pick.Destination).ConfigureAwait(false);
            if (error.IsNone)
            {
                Answered(exchange);
                return true;
            }

            call.LastTry.UpstreamStatus = error.Status;
            call.LastTry.State = "failed";
            call.LastTry.Code = error.IsTimeout ? 504 : 502;
            if (!Retries.Allow(exchange, error))
            {
                GiveUp(exchange, error);
                return false;
            }

            BalancedTries.Failed(exchange, error);
            if (error.Retry != RetryAdvice.IfReused)
            {
                exchange.LogUpstreamFailure(error);
            }

            if (!await Retries.AskForTargetAsync(exchange).ConfigureAwait(false))
            {
                FailPick(exchange, PickError.NoPeerFromPlugin, isRetry: true);
                return false;
            }

            exchange.Body.Rewind();
        }
    }

    private static ValueTask<ProxyError> TakeBodyAsync(Exchange exchange) =>
        exchange.Match.Traits.RequestBuffering && !exchange.Call.IsGrpc && !exchange.IsWebSocket ? exchange.Body.ReadWholeAsync() : default;

    private static void StartTry(Exchange exchange)
    {
        ref ServiceTry attempt = ref exchange.Call.AddTry();
        attempt.Started = Stopwatch.GetTimestamp();
    }

    private static void EndPick(Exchange exchange, in Pick pick, bool fromMemory)
    {
        long now = Stopwatch.GetTimestamp();
        exchange.Times.BalancerEnded = now;
        ref ServiceTry attempt = ref exchange.Call.LastTry;
        attempt.BalancerLatency = (long)Stopwatch.GetElapsedTime(attempt.Started, now).TotalNanoseconds;
        attempt.EndPoint = pick.Destination.EndPoint;
        exchange.Call.Take(pick.Destination.Target);
        attempt.HostName = pick.Destination.Peer is { Literal: null } peer ? peer.Host : null;
        exchange.Watch?.Picked(exchange, in pick, fromMemory);
    }

    private static ValueTask<ProxyError> SendTryAsync(Exchange exchange, Destination destination)
    {
        if (exchange.Call.IsGrpc)
        {
            return GrpcForwarding.SendAsync(exchange, destination);
        }

        OutgoingHead.Build(exchange, in destination);
        RequestFraming.Set(exchange);
        ProxyDependencies dependencies = exchange.Dependencies;
        return exchange.Upstream.SendAsync(
            dependencies.Upstreams.Origin(destination.EndPoint.Address, destination.EndPoint.Port, UpstreamIdentity.Of(exchange, in destination)),
            exchange.Body.Current,
            exchange.Call.Timeouts);
    }

    private static void Answered(Exchange exchange)
    {
        exchange.Times.HeadReceived = Stopwatch.GetTimestamp();
        exchange.IsProxied = true;
        exchange.ServiceAnswer ??= new ServiceAnswer(exchange.Upstream.Response, exchange.Upstream.ResponseBody);
        exchange.Call.LastTry.UpstreamStatus = exchange.ServiceAnswer.Value.Head.Status;
        BalancedTries.Answered(exchange);
    }

    // The first pick is made by the gateway's logic, which answers in its own form; later ones are the web server's business in Kong.
    private static void FailPick(Exchange exchange, PickError error, bool isRetry)
    {
        BalancedTries.LogUnpicked(exchange, error, isRetry);
        if (!isRetry)
        {
            exchange.Call.DropTry();
            exchange.Fail(error.Status, error.Message);
            return;
        }

        exchange.IsProxied = true;
        OwnAnswers.SetPage(exchange, error.Status);
    }

    private static void GiveUp(Exchange exchange, ProxyError error)
    {
        exchange.BodyFailed(error);
        exchange.Call.IsServiceBlameless = error.Source != ErrorSource.Upstream || exchange.IsDisconnected;
        exchange.IsProxied = exchange.Call.TryCount > 0 || error.Source == ErrorSource.Client;
        exchange.Times.HeadReceived = Stopwatch.GetTimestamp();
        if (exchange.Times.BalancerEnded == 0)
        {
            exchange.Times.BalancerEnded = exchange.Times.HeadReceived;
        }

        if (error.Status == 499 || exchange.IsDisconnected)
        {
            // Nobody is there to be answered; the log alone hears of it. As in nginx, a body that ends early is a bad request.
            exchange.Head.SetStatus(error.Kind == ProxyErrorKind.ClientDisconnected ? 400 : 499);
            exchange.HasFailed = true;
            exchange.Downstream.Abort();
            return;
        }

        exchange.Downstream.CloseAfterwards |= error.Source == ErrorSource.Client;
        OwnAnswers.SetPage(exchange, error.Status);
    }
}
