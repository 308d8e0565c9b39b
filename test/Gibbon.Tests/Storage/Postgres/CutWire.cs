using System.Net;
using System.Net.Sockets;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>A wire to the server that can be cut and mended.</summary>
internal sealed class CutWire : IDisposable
{
    private readonly List<TcpClient> ends = [];
    private TcpListener listener;

    public CutWire()
    {
        listener = Listen(0);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public int Port { get; }

    public void Cut()
    {
        listener.Stop();
        lock (ends)
        {
            ends.ForEach(static end => end.Dispose());
            ends.Clear();
        }
    }

    public void Mend() => listener = Listen(Port);

    public void Dispose() => Cut();

    private TcpListener Listen(int port)
    {
        var opened = new TcpListener(IPAddress.Loopback, port) { ExclusiveAddressUse = false };
        opened.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        opened.Start();
        _ = AcceptAsync(opened);
        return opened;
    }

    private async Task AcceptAsync(TcpListener opened)
    {
        try
        {
            while (true)
            {
                var client = await opened.AcceptTcpClientAsync();
                var server = new TcpClient();
                lock (ends)
                    ends.AddRange([client, server]);
                await server.ConnectAsync(IPAddress.Loopback, RealPostgres.Instance.Port);
                _ = CopyAsync(client, server);
                _ = CopyAsync(server, client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private static async Task CopyAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
