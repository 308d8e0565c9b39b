using System.Runtime.CompilerServices;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.PluginRuntime;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Forwarding;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Responding;
using Gibbon.Proxy.Transports;
using Gibbon.Snapshots;
using Microsoft.Extensions.ObjectPool;

namespace Gibbon.Proxy;

/// <summary>The life of a request, from its first byte to its line in the log. The one place that knows the order of the steps.</summary>
internal sealed class RequestPipeline(ProxyDependencies dependencies) : IExchangeHandler
{
    private readonly Forwarder _forwarder = new(dependencies);
    private readonly ObjectPool<Exchange> _exchanges = new DefaultObjectPool<Exchange>(new ExchangePolicy(dependencies), 1024);

    [AsyncMethodBuilder(typeof(PooledAsyncBuilder))]
    public async ValueTask HandleAsync(Downstream downstream)
    {
        // 1. A request has come: it sees the configuration of this moment until it is over. What is no proper request gets its page.
        Exchange exchange = _exchanges.Get();
        exchange.Begin(downstream, dependencies.Snapshots.Current);
        try
        {
            if (Accept(exchange))
            {
                // 2. Rewrite: global plugins, before the route is known.
                PluginChain global = exchange.Chain;
                exchange.Enter(Phase.Rewrite);
                if (global.Rewrite.Length > 0)
                {
                    exchange.CollectUnscoped();
                }

                await PluginRunner.RunAsync(exchange, Phase.Rewrite, global.Rewrite).ConfigureAwait(false);

                // 3. Route, and 4. the protocols it is for.
                if (!exchange.HasExited && FindRoute(exchange) && ProtocolGates.Pass(exchange))
                {
                    // 5. Access: every plugin of route, service and consumer is chosen; each may answer in the service's place.
                    exchange.Enter(Phase.Access);
                    await PluginRunner.RunCollectingAsync(exchange, Phase.Access).ConfigureAwait(false);
                    exchange.AccessEnded();
                }
                else
                {
                    exchange.CollectUnscoped();
                }

                // 6. Balance and 7. forward: a destination for each try, until the service answers or the tries are used up.
                if (!exchange.HasExited && HasService(exchange) && await _forwarder.SendAsync(exchange).ConfigureAwait(false))
                {
                    // 8. The service's head and body pass the filters on their way to the client.
                    await Responder.RelayAsync(exchange, exchange.ServiceAnswer!.Value).ConfigureAwait(false);
                }
            }

            // 8. Or the gateway answers itself.
            if (!downstream.HasStarted && exchange.Answer.IsSet)
            {
                await Responder.AnswerAsync(exchange).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            await FailAsync(exchange, failure).ConfigureAwait(false);
        }

        // 9. Log: after the last byte, whatever happened.
        exchange.Watch?.Answered(exchange);
        exchange.Enter(Phase.Log);
        await exchange.ReleaseUpstreamAsync().ConfigureAwait(false);
        BalancedTries.Finish(exchange);
        await PluginRunner.RunAsync(exchange, Phase.Log, exchange.Chain.Log).ConfigureAwait(false);
        exchange.Watch?.Logged(exchange);
        dependencies.AccessLog.Write(exchange);
        dependencies.Totals.Count(exchange);
        exchange.End();
        _exchanges.Return(exchange);
    }

    private static bool Accept(Exchange exchange)
    {
        RequestRejection rejection = exchange.Downstream.Rejection;
        if (rejection == RequestRejection.None && exchange.Downstream.Request.Method != RequestMethod.Trace)
        {
            HopByHop.RemoveNamed(exchange.Downstream.Request.Headers);
            return true;
        }

        exchange.CollectUnscoped();
        Rejections.Answer(exchange, rejection);
        return false;
    }

    private static bool FindRoute(Exchange exchange)
    {
        if (!exchange.FindRoute())
        {
            exchange.Fail(404, "no Route matched with those values");
            return false;
        }

        exchange.Matched(exchange.Match.Route!, exchange.Snapshot.FindService(exchange.Match.Traits.Service));
        return true;
    }

    private static bool HasService(Exchange exchange)
    {
        if (exchange.Call.EndPoints is null && exchange.Call.Balancer is null)
        {
            exchange.Fail(503, "no Service found with those values");
            return false;
        }

        return true;
    }

    // A failure here is a defect of ours: the client gets Kong's 500 if its answer has not begun, and the connection ends if it has.
    private static async ValueTask FailAsync(Exchange exchange, Exception failure)
    {
        exchange.LogDefect(failure);
        exchange.HasFailed = true;
        if (exchange.Downstream.HasStarted)
        {
            exchange.Downstream.Abort();
            return;
        }

        exchange.Answer.Reset();
        OwnAnswers.SetPage(exchange, 500);
        exchange.TakeOwnHead();
        ResponseFields.AddToOwn(exchange);
        exchange.FrameOwn(exchange.Answer.Body.Length);
        exchange.Downstream.CloseAfterwards = true;
        exchange.Downstream.WriteHead(exchange.Head);
        await exchange.Downstream.WriteBodyAsync(exchange.Answer.Body).ConfigureAwait(false);
        await exchange.Downstream.CompleteAsync().ConfigureAwait(false);
    }

    private sealed class ExchangePolicy(ProxyDependencies dependencies) : PooledObjectPolicy<Exchange>
    {
        public override Exchange Create() => new(dependencies);

        public override bool Return(Exchange obj) => true;
    }
}
