using System.Buffers;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Streams;

/// <summary>
/// Moves bytes both ways between a client and a service. Each direction has one buffer, so a side that does not read holds up the other and
/// costs no memory; each ends by itself, and is passed on as ended. Silence in both ends both.
/// </summary>
internal sealed class StreamRelay(StreamSession session, Transport client, Transport upstream, int idleTimeout, bool halfClose) : Watched(Watchdog.Shared)
{
    private const int BlockSize = 16 * 1024;

    // How long the ends have to be passed on after silence, before the connections are cut.
    private const int GoodbyeTime = 2000;

    private bool _isEnding;

    /// <summary>Completes when both directions have ended. Neither transport is closed by then.</summary>
    public async ValueTask RunAsync()
    {
        SetDeadline(idleTimeout);
        Task up = MoveAsync(client, upstream, toService: true);
        Task down = MoveAsync(upstream, client, toService: false);
        await Task.WhenAll(up, down).ConfigureAwait(false);
        ClearDeadline();
    }

    // Nobody has done wrong: both sides see an ordinary end. What does not even take that is cut.
    protected override void OnExpired()
    {
        if (_isEnding)
        {
            Break();
            return;
        }

        _isEnding = true;
        SetDeadline(GoodbyeTime);
        client.CancelReceive();
        upstream.CancelReceive();
    }

    private async Task MoveAsync(Transport from, Transport to, bool toService)
    {
        byte[] block = ArrayPool<byte>.Shared.Rent(BlockSize);
        int count;
        while ((count = await from.ReceiveAsync(block).ConfigureAwait(false)) > 0)
        {
            Moved();
            if (toService)
            {
                session.CountReceived(count);
            }

            if (!await to.SendAsync(block.AsMemory(0, count)).ConfigureAwait(false))
            {
                count = Transport.Broken;
                break;
            }

            Moved();
            if (!toService)
            {
                session.CountSent(count);
            }
        }

        ArrayPool<byte>.Shared.Return(block);
        if (count < 0)
        {
            Break();
        }
        else if (halfClose)
        {
            await to.EndSendAsync().ConfigureAwait(false);
        }
        else
        {
            to.CancelReceive();
        }
    }

    private void Moved()
    {
        if (!_isEnding)
        {
            SetDeadline(idleTimeout);
        }
    }

    private void Break()
    {
        client.Abort();
        upstream.Abort();
    }
}
