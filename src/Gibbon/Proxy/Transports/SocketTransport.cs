using System.Net;
using System.Net.Sockets;

namespace Gibbon.Proxy.Transports;

/// <summary>A TCP or Unix socket in clear. Failures come back as values all the way from the kernel; nothing is allocated per operation.</summary>
#pragma warning disable CA1001 // Abort and CloseAsync are how a transport is disposed of.
internal sealed class SocketTransport : Transport
{
    private readonly Socket _socket;
    private readonly SocketReceive _receive = new();
    private readonly SocketSend _send = new();
    private int _closed;

    public SocketTransport(Socket socket)
    {
        _socket = socket;
        RemoteEndPoint = socket.RemoteEndPoint;
        LocalEndPoint = socket.LocalEndPoint;
    }

    public override EndPoint? LocalEndPoint { get; }

    public override EndPoint? RemoteEndPoint { get; }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => _receive.StartAsync(_socket, buffer);

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data) => _send.StartAsync(_socket, data, default);

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second) =>
        _send.StartAsync(_socket, first, second);

    public override void CancelReceive() => Shutdown(SocketShutdown.Receive);

    public override void ShutdownSend() => Shutdown(SocketShutdown.Send);

    public override void Abort()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;

        _socket.Dispose();
        _receive.Dispose();
        _send.Dispose();
    }

    public override ValueTask CloseAsync()
    {
        Abort();
        return default;
    }

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            _socket.Shutdown(how);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The connection is gone already, which is what the caller wanted.
        }
    }
}
