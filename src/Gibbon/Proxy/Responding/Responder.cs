using System.Diagnostics;
using System.Runtime.CompilerServices;
using Gibbon.Pdk;
using Gibbon.PluginRuntime;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Responding;

/// <summary>
/// Sends an answer: the service's, passed on as it comes, or one of the gateway's own. Both go through the plugins' header and body filters,
/// and get the gateway's own fields last.
/// </summary>
internal static class Responder
{
    private const int ClientClosedRequest = 499;

    /// <summary>Passes the service's answer on.</summary>
    [AsyncMethodBuilder(typeof(PooledAsyncBuilder))]
    public static async ValueTask RelayAsync(Exchange exchange, ServiceAnswer response)
    {
        PluginChain chain = exchange.Chain;
        exchange.TakeServiceHead(response.Head);
        if (response.Head.Status == 101)
        {
            await TunnelRelay.RunAsync(exchange).ConfigureAwait(false);
            return;
        }

        if (exchange.Call.BufferResponse || chain.Response.Length > 0)
        {
            await BufferedRelay.RunAsync(exchange, response).ConfigureAwait(false);
            return;
        }

        exchange.Enter(Phase.HeaderFilter);
        await PluginRunner.RunAsync(exchange, Phase.HeaderFilter, chain.HeaderFilter).ConfigureAwait(false);
        if (exchange.HasFilterFailed)
        {
            exchange.BreakOff();
            return;
        }

        ResponseFields.AddToProxied(exchange);
        if (exchange.Answer.IsSet)
        {
            // A header filter exited: its body goes in place of the service's.
            await SendOwnAsync(exchange).ConfigureAwait(false);
            return;
        }

        exchange.FrameLike(response);
        exchange.Downstream.WriteHead(exchange.Head);
        exchange.Enter(Phase.BodyFilter);
        if (chain.BodyFilter.Length > 0)
        {
            await FilteredRelay.RunAsync(exchange, response.Body).ConfigureAwait(false);
        }
        else
        {
            await CopyAsync(exchange, response.Body).ConfigureAwait(false);
        }

        exchange.Times.BodyEnded = Stopwatch.GetTimestamp();
    }

    /// <summary>Sends the gateway's own answer.</summary>
    [AsyncMethodBuilder(typeof(PooledAsyncBuilder))]
    public static async ValueTask AnswerAsync(Exchange exchange)
    {
        if (exchange.Answer is { Source: ResponseSource.Exit, Status: 408 or 444 or ClientClosedRequest } || exchange.Answer.Status == ClientClosedRequest)
        {
            // nginx's own statuses for a client that is slow, unwanted or gone: nothing is sent.
            exchange.Downstream.Abort();
            return;
        }

        if (exchange.Times.HeadReceived == 0)
        {
            exchange.Times.HeadReceived = Stopwatch.GetTimestamp();
        }

        exchange.TakeOwnHead();
        ResponseFields.AddUpstreamStatus(exchange);
        exchange.Enter(Phase.HeaderFilter);
        await PluginRunner.RunAsync(exchange, Phase.HeaderFilter, exchange.Chain.HeaderFilter).ConfigureAwait(false);
        if (exchange.HasFilterFailed)
        {
            exchange.BreakOff();
            return;
        }

        ResponseFields.AddToOwn(exchange);
        await SendOwnAsync(exchange).ConfigureAwait(false);
    }

    // The body is at hand: it passes the body filters before the head leaves, so that its length is known.
    [AsyncMethodBuilder(typeof(PooledAsyncBuilder))]
    private static async ValueTask SendOwnAsync(Exchange exchange)
    {
        exchange.Enter(Phase.BodyFilter);
        BodyChunk chunk = exchange.Chunk;
        chunk.Data = exchange.Answer.Body;
        chunk.IsLast = true;
        await PluginRunner.RunBodyFilterAsync(exchange, chunk).ConfigureAwait(false);
        if (exchange.HasFilterFailed)
        {
            exchange.BreakOff();
            return;
        }

        exchange.FrameOwn(chunk.Data.Length);
        Downstream downstream = exchange.Downstream;
        downstream.WriteHead(exchange.Head);
        if (!chunk.Data.IsEmpty && exchange.SendsBody)
        {
            await downstream.WriteBodyAsync(chunk.Data).ConfigureAwait(false);
        }

        await downstream.CompleteAsync().ConfigureAwait(false);
        exchange.Times.BodyEnded = Stopwatch.GetTimestamp();
    }

    // What is there is sent on at once; only when the service makes us wait is what was held back flushed.
    [AsyncMethodBuilder(typeof(PooledAsyncBuilder))]
    private static async ValueTask CopyAsync(Exchange exchange, MessageBody body)
    {
        Downstream downstream = exchange.Downstream;
        while (true)
        {
            ValueTask<BodyRead> reading = body.ReadAsync();
            if (!reading.IsCompleted && !await downstream.FlushAsync().ConfigureAwait(false))
            {
                exchange.AbortUpstream();
            }

            BodyRead read = await reading.ConfigureAwait(false);
            if (read.State == BodyState.Failed)
            {
                exchange.BodyFailed(body.Error);
                downstream.Abort();
                return;
            }

            if (!read.Data.IsEmpty && !await downstream.WriteBodyAsync(read.Data).ConfigureAwait(false))
            {
                exchange.AbortUpstream();
                return;
            }

            if (read.State == BodyState.Last)
            {
                await downstream.CompleteAsync(body.Trailers).ConfigureAwait(false);
                return;
            }
        }
    }
}
