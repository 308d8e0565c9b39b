using System.Runtime.CompilerServices;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Messages;

/// <summary>Moves a response's body to the client when nobody wants to see it on its way.</summary>
internal static class BodyPump
{
    /// <summary>
    /// Sends all of <paramref name="body"/> and completes the response. What is at hand leaves together; before a wait for more, what has
    /// been held back is flushed. Returns what ended it early: the body's error, or the client's departure.
    /// </summary>
    [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
    public static async ValueTask<ProxyError> MoveAsync(MessageBody body, Downstream client)
    {
        while (true)
        {
            var next = body.ReadAsync();
            if (!next.IsCompletedSuccessfully && !await client.FlushAsync().ConfigureAwait(false))
            {
                _ = await next.ConfigureAwait(false);
                return Gone;
            }

            var read = await next.ConfigureAwait(false);
            if (read.State == BodyState.Failed)
            {
                client.Abort();
                return body.Error;
            }

            if (!await client.WriteBodyAsync(read.Data).ConfigureAwait(false)) return Gone;
            if (read.State != BodyState.Last) continue;

            return await client.CompleteAsync(body.Trailers).ConfigureAwait(false) ? default : Gone;
        }
    }

    private static ProxyError Gone => new(ProxyErrorKind.ClientDisconnected, ErrorSource.Client);
}
