using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Gibbon.Proxy.Transports;

/// <summary>A TLS session over a socket, after its handshake.</summary>
internal sealed class TlsTransport(Socket socket, SslStream stream, string? serverName) : Transport
{
    private int _closed;

    public override EndPoint? LocalEndPoint { get; } = socket.LocalEndPoint;

    public override EndPoint? RemoteEndPoint { get; } = socket.RemoteEndPoint;

    public override TlsInformation? Tls { get; } = new(stream.SslProtocol, stream.NegotiatedCipherSuite, serverName, null);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        try
        {
            var receive = stream.ReadAsync(buffer);
            return receive.IsCompletedSuccessfully ? new(receive.Result) : ReceivedAsync(receive);
        }
        catch (Exception error) when (IsConnectionFailure(error))
        {
            return new(Broken);
        }
    }

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data)
    {
        try
        {
            var send = stream.WriteAsync(data);
            if (!send.IsCompletedSuccessfully) return SentAsync(send);

            send.GetAwaiter().GetResult();
            return new(true);
        }
        catch (Exception error) when (IsConnectionFailure(error))
        {
            return new(false);
        }
    }

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        if (second.IsEmpty) return SendAsync(first);

        return first.IsEmpty ? SendAsync(second) : BothAsync(first, second);
    }

    public override void CancelReceive() => Shutdown(SocketShutdown.Receive);

    public override void ShutdownSend() => Shutdown(SocketShutdown.Send);

    public override async ValueTask EndSendAsync()
    {
        try
        {
            await stream.ShutdownAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (IsConnectionFailure(error))
        {
            // The peer is gone; there is nobody to say goodbye to.
        }

        ShutdownSend();
    }

    public override void Abort()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0) socket.Dispose();
    }

    public override async ValueTask CloseAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0) return;

        try
        {
            await stream.ShutdownAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (IsConnectionFailure(error))
        {
            // The peer is gone; there is nobody to say goodbye to.
        }

        await stream.DisposeAsync().ConfigureAwait(false);
        socket.Dispose();
    }

    private static bool IsConnectionFailure(Exception error) =>
        error is IOException or ObjectDisposedException or SocketException or InvalidOperationException or OperationCanceledException;

    [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
    private static async ValueTask<int> ReceivedAsync(ValueTask<int> receive)
    {
        try
        {
            return await receive.ConfigureAwait(false);
        }
        catch (Exception error) when (IsConnectionFailure(error))
        {
            return Broken;
        }
    }

    [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
    private static async ValueTask<bool> SentAsync(ValueTask send)
    {
        try
        {
            await send.ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (IsConnectionFailure(error))
        {
            return false;
        }
    }

    [AsyncMethodBuilder(typeof(PooledAsyncBuilder<>))]
    private async ValueTask<bool> BothAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second) =>
        await SendAsync(first).ConfigureAwait(false) && await SendAsync(second).ConfigureAwait(false);

    private void Shutdown(SocketShutdown how)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Gone already, which is what the caller wanted.
        }
    }
}
