using System.Diagnostics;
using Gibbon.Pdk;
using Gibbon.PluginRuntime;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Responding;

/// <summary>The service switched protocols (a WebSocket): the head goes to the client like any other, and bytes follow both ways.</summary>
internal static class TunnelRelay
{
    public static async ValueTask RunAsync(Exchange exchange)
    {
        exchange.Enter(Phase.HeaderFilter);
        await PluginRunner.RunAsync(exchange, Phase.HeaderFilter, exchange.Chain.HeaderFilter).ConfigureAwait(false);
        if (exchange.HasFilterFailed)
        {
            exchange.BreakOff();
            return;
        }

        ResponseFields.AddToProxied(exchange);
        HeaderTable headers = exchange.Head.Headers;
        headers.Set(KnownHeader.Upgrade, "websocket"u8);
        exchange.Head.Framing = MessageFraming.None;
        exchange.Downstream.WriteHead(exchange.Head);
        Transport transport = exchange.Upstream.TakeTransport(out ReadOnlyMemory<byte> received);
        TimeSpan idle = TimeSpan.FromMilliseconds(Math.Max(exchange.Call.Timeouts.Read, exchange.Call.Timeouts.Write));
        await exchange.Downstream.TunnelAsync(transport, received, idle).ConfigureAwait(false);
        exchange.Times.BodyEnded = Stopwatch.GetTimestamp();
    }
}
