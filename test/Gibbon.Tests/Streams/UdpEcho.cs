using System.Net;
using System.Net.Sockets;

namespace Gibbon.Tests.Streams;

/// <summary>Sends each datagram back after "E:".</summary>
internal sealed class UdpEcho : IAsyncDisposable
{
    private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly Task _work;

    public UdpEcho()
    {
        Port = ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;
        _work = ServeAsync();
    }

    public int Port { get; }

    public List<IPEndPoint> Clients { get; } = [];

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _work;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                UdpReceiveResult received = await _socket.ReceiveAsync();
                Clients.Add(received.RemoteEndPoint);
                await _socket.SendAsync((byte[])[.. "E:"u8, .. received.Buffer], received.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
