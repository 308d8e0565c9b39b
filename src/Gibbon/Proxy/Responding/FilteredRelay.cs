using Gibbon.Pdk;
using Gibbon.PluginRuntime;
using Gibbon.Proxy.Exchanges;
using Gibbon.Proxy.Messages;

namespace Gibbon.Proxy.Responding;

/// <summary>Passes the service's body on through the plugins' body filters, piece by piece.</summary>
internal static class FilteredRelay
{
    public static async ValueTask RunAsync(Exchange exchange, MessageBody body)
    {
        Downstream downstream = exchange.Downstream;
        BodyChunk chunk = exchange.Chunk;
        // A plugin that changes the body and leaves Content-Length standing must not break the framing: no more than announced is sent.
        long left = exchange.Head.Framing == MessageFraming.ContentLength ? exchange.Head.ContentLength : long.MaxValue;
        while (true)
        {
            ValueTask<BodyRead> reading = body.ReadAsync();
            if (!reading.IsCompleted)
            {
                await downstream.FlushAsync().ConfigureAwait(false);
            }

            BodyRead read = await reading.ConfigureAwait(false);
            if (read.State == BodyState.Failed)
            {
                exchange.BodyFailed(body.Error);
                downstream.Abort();
                return;
            }

            chunk.Data = read.Data;
            chunk.IsLast = read.State == BodyState.Last;
            await PluginRunner.RunBodyFilterAsync(exchange, chunk).ConfigureAwait(false);
            if (exchange.HasFilterFailed)
            {
                exchange.BreakOff();
                return;
            }

            ReadOnlyMemory<byte> data = chunk.Data.Length > left ? chunk.Data[..(int)left] : chunk.Data;
            left -= data.Length;
            if (!data.IsEmpty && exchange.SendsBody && !await downstream.WriteBodyAsync(data).ConfigureAwait(false))
            {
                exchange.AbortUpstream();
                return;
            }

            if (chunk.IsLast)
            {
                if (read.State != BodyState.Last)
                {
                    // A plugin ended the body before the service did: the rest is not wanted.
                    exchange.AbortUpstream();
                }

                await downstream.CompleteAsync(body.Trailers).ConfigureAwait(false);
                return;
            }
        }
    }
}
