using System.Net.Sockets;
using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Connections;

/// <summary>Sends datagrams to one receiver.</summary>
static class Datagrams
{
    /// <summary>Sends datagrams, one after the other. What cannot be sent is told and lost.</summary>
    /// <param name="host">The gateway.</param>
    /// <param name="receiver">The receiver.</param>
    /// <param name="batch">The datagrams.</param>
    /// <param name="failed">Told what failed: a text that begins with <c>connect to</c> or <c>send data to</c>.</param>
    /// <param name="stopping">Gives up.</param>
    public static async ValueTask SendAsync(
        PluginHost host,
        Receiver receiver,
        IReadOnlyList<byte[]> batch,
        Action<string> failed,
        CancellationToken stopping)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(receiver.Timeout);
        try
        {
            var opened = await host.Sockets.OpenUdpAsync(receiver.Host, receiver.Port, patience.Token);
            if (!opened.IsOk)
            {
                failed($"connect to {receiver}: {opened.Error}");
                return;
            }

            using var socket = opened.Value;
            foreach (var datagram in batch)
                await SendAsync(socket, receiver, datagram, failed, patience.Token);
        }
        catch (OperationCanceledException)
        {
            failed($"send data to {receiver}: timeout");
        }
    }

    static async ValueTask SendAsync(Socket socket, Receiver receiver, byte[] datagram, Action<string> failed, CancellationToken cancellation)
    {
        try
        {
            await socket.SendAsync(datagram, cancellation);
        }
        catch (SocketException failure)
        {
            failed($"send data to {receiver}: {failure.Message}");
        }
    }
}
