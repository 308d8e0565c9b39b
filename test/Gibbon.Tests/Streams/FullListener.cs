using System.Net;
using System.Net.Sockets;

namespace Gibbon.Tests.Streams;

/// <summary>An address that never completes a connection: its queue of waiting ones is full, and nobody takes from it.</summary>
internal sealed class FullListener : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _waiting = [];

    public FullListener()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(0);
        for (bool isFull = false; !isFull;)
        {
            Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _waiting.Add(client);
            try
            {
                client.Connect(IPAddress.Loopback, Port);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // On loopback a connection is there at once, or never.
                isFull = !client.Poll(TimeSpan.FromMilliseconds(500), SelectMode.SelectWrite);
            }
        }
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose()
    {
        _listener.Dispose();
        foreach (Socket client in _waiting) client.Dispose();
    }
}
