using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.PluginRuntime;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Forwarding;
using Gibbon.Settings;
using Gibbon.Snapshots;
using Microsoft.Extensions.ObjectPool;

namespace Gibbon.Proxy.Streams;

/// <summary>The life of a TCP, TLS or UDP session, from its first byte to its line in the log: what <see cref="RequestPipeline"/> is for requests.</summary>
internal sealed class StreamPipeline(ProxyDependencies dependencies)
{
    private readonly StreamForwarder _forwarder = new(dependencies);
    private readonly ObjectPool<Exchange> _exchanges = new DefaultObjectPool<Exchange>(new ExchangePolicy(dependencies), 256);

    public async ValueTask HandleAsync(StreamSession session)
    {
        // 1. It sees the configuration of this moment until it is over.
        Exchange exchange = _exchanges.Get();
        exchange.BeginStream(session, dependencies.Snapshots.Current);
        int status;
        try
        {
            status = await ServeAsync(exchange, session).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            exchange.LogDefect(failure);
            exchange.Call.IsServiceBlameless = true;
            status = 500;
        }

        // 7. What went wrong ends the connection without an answer, for there is no protocol to answer in.
        exchange.Head.SetStatus(status);
        if (status >= 400)
        {
            session.Abort();
        }

        // 8. Log, whatever happened.
        exchange.StreamEnded();
        exchange.Enter(Phase.Log);
        BalancedTries.Finish(exchange);
        await PluginRunner.RunAsync(exchange, Phase.Log, exchange.Chain.Log).ConfigureAwait(false);
        dependencies.AccessLog.Write(exchange);
        exchange.End();
        _exchanges.Return(exchange);
    }

    private async ValueTask<int> ServeAsync(Exchange exchange, StreamSession session)
    {
        // 2. Route.
        if (!exchange.FindStreamRoute(session.Protocol))
        {
            exchange.CollectUnscoped();
            exchange.LogLine(LogSeverity.Error, "no Route found with those values");
            return 500;
        }

        Route route = exchange.Match.Route!;
        exchange.MatchedStream(route, exchange.Snapshot.FindService(exchange.Match.Traits.Service));

        // 3. The client's TLS ends here, or is passed on as it is.
        if (session.IsTlsExpected && route.Protocols.Contains(Protocol.Tls) && !await session.TerminateTlsAsync().ConfigureAwait(false))
        {
            exchange.CollectUnscoped();
            return 500;
        }

        // 4. Preread: every plugin of route and service is chosen; each may end the session.
        exchange.Enter(Phase.Preread);
        await PluginRunner.RunCollectingAsync(exchange, Phase.Preread).ConfigureAwait(false);
        exchange.AccessEnded();
        if (exchange.Answer.IsSet)
        {
            return await AnswerAsync(exchange, session).ConfigureAwait(false);
        }

        if (exchange.Call.EndPoints is null && exchange.Call.Balancer is null)
        {
            exchange.LogLine(LogSeverity.Warn, "no Service found with those values");
            return 503;
        }

        // 5. Balance and connect, and 6. relay.
        return await _forwarder.ServeAsync(exchange, session).ConfigureAwait(false);
    }

    // A plugin's words reach the client when all is well, and the log when it is not.
    private static async ValueTask<int> AnswerAsync(Exchange exchange, StreamSession session)
    {
        OwnAnswer answer = exchange.Answer;
        if (answer.Status >= 400)
        {
            exchange.LogLine(
                LogSeverity.Error,
                $"unable to proxy stream connection, status: {answer.Status}, err: {System.Text.Encoding.UTF8.GetString(answer.Body.Span)}");
        }
        else if (!answer.Body.IsEmpty)
        {
            await session.SendAsync(answer.Body).ConfigureAwait(false);
        }

        return answer.Status;
    }

    private sealed class ExchangePolicy(ProxyDependencies dependencies) : PooledObjectPolicy<Exchange>
    {
        public override Exchange Create() => new(dependencies);

        public override bool Return(Exchange obj) => true;
    }
}
