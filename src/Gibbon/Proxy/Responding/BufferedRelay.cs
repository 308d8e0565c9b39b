using System.Diagnostics;
using Gibbon.Pdk;
using Gibbon.PluginRuntime;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Responding;

/// <summary>
/// Reads the service's whole answer into memory, gives it to the plugins' response phase and sends what they made of it: what a plugin with a
/// response phase, or <c>kong.service.request.enable_buffering</c>, asks for.
/// </summary>
internal static class BufferedRelay
{
    public static async ValueTask RunAsync(Exchange exchange, ServiceAnswer response)
    {
        MemoryStream content = new();
        while (true)
        {
            BodyRead read = await response.Body.ReadAsync().ConfigureAwait(false);
            if (read.State == BodyState.Failed)
            {
                exchange.BodyFailed(response.Body.Error);
                OwnAnswers.SetPage(exchange, 502);
                await Responder.AnswerAsync(exchange).ConfigureAwait(false);
                return;
            }

            content.Write(read.Data.Span);
            if (read.State == BodyState.Last)
            {
                break;
            }
        }

        ReadOnlyMemory<byte> whole = content.GetBuffer().AsMemory(0, (int)content.Length);
        exchange.BufferedBody = whole;
        exchange.Enter(Phase.Response);
        await PluginRunner.RunAsync(exchange, Phase.Response, exchange.Chain.Response).ConfigureAwait(false);
        if (exchange.Answer.IsSet)
        {
            await Responder.AnswerAsync(exchange).ConfigureAwait(false);
            return;
        }

        exchange.Enter(Phase.HeaderFilter);
        await PluginRunner.RunAsync(exchange, Phase.HeaderFilter, exchange.Chain.HeaderFilter).ConfigureAwait(false);
        if (exchange.HasFilterFailed)
        {
            exchange.BreakOff();
            return;
        }

        ResponseFields.AddToProxied(exchange);
        exchange.Enter(Phase.BodyFilter);
        BodyChunk chunk = exchange.Chunk;
        chunk.Data = exchange.Answer.IsSet ? exchange.Answer.Body : whole;
        chunk.IsLast = true;
        await PluginRunner.RunBodyFilterAsync(exchange, chunk).ConfigureAwait(false);
        if (exchange.HasFilterFailed)
        {
            exchange.BreakOff();
            return;
        }

        exchange.FrameOwn(chunk.Data.Length);
        exchange.Downstream.WriteHead(exchange.Head);
        if (!chunk.Data.IsEmpty && exchange.SendsBody)
        {
            await exchange.Downstream.WriteBodyAsync(chunk.Data).ConfigureAwait(false);
        }

        await exchange.Downstream.CompleteAsync().ConfigureAwait(false);
        exchange.Times.BodyEnded = Stopwatch.GetTimestamp();
    }
}
