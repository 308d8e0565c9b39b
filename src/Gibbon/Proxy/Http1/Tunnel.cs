using System.Buffers;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Http1;

/// <summary>Moves bytes both ways between a client's connection and an upgraded upstream connection, until either ends.</summary>
internal sealed class Tunnel(Http1Connection client, Transport upstream, int idleTimeout) : Watched(Watchdog.Shared)
{
    private const int BlockSize = 16 * 1024;

    private bool _timedOut;

    public async ValueTask<TunnelResult> RunAsync(ReadOnlyMemory<byte> received)
    {
        SetDeadline(idleTimeout);
        var toClient = received.IsEmpty || await client.Transport.SendAsync(received).ConfigureAwait(false);
        if (!toClient) return default;

        var up = MoveUpAsync();
        var down = MoveDownAsync();
        await Task.WhenAny(up, down).ConfigureAwait(false);

        // Either end ends both; what one side sent last has been passed on by then.
        upstream.Abort();
        client.Transport.CancelReceive();
        var result = new TunnelResult(await up.ConfigureAwait(false), received.Length + await down.ConfigureAwait(false), _timedOut);
        ClearDeadline();
        return result;
    }

    protected override void OnExpired()
    {
        _timedOut = true;
        upstream.Abort();
        client.Transport.CancelReceive();
    }

    private async Task<long> MoveUpAsync()
    {
        long moved = 0;
        do
        {
            var data = client.Input.Memory;
            if (data.IsEmpty) continue;
            if (!await upstream.SendAsync(data).ConfigureAwait(false)) break;

            moved += data.Length;
            client.Input.Consume(data.Length);
            SetDeadline(idleTimeout);
        }
        while (await client.ReceiveAsync(BlockSize).ConfigureAwait(false) > 0);

        return moved;
    }

    private async Task<long> MoveDownAsync()
    {
        long moved = 0;
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        while (true)
        {
            var count = await upstream.ReceiveAsync(block).ConfigureAwait(false);
            if (count <= 0 || !await client.Transport.SendAsync(block.AsMemory(0, count)).ConfigureAwait(false)) break;

            moved += count;
            SetDeadline(idleTimeout);
        }

        ArrayPool<byte>.Shared.Return(block);
        return moved;
    }
}
