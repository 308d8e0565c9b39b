using System.Net.Sockets;

namespace Gibbon.Plugins.Syslog;

/// <summary>The socket of the machine's syslog: one of datagrams, or a stream of messages that end with a zero.</summary>
/// <param name="path">Its file.</param>
sealed class SyslogSocket(string path)
{
    readonly SemaphoreSlim gate = new(1);
    Socket? socket;

    /// <summary>Sends a message; after a failure once more, over a new connection, as syslog may have been started anew.</summary>
    /// <returns>Why it failed; <c>null</c> if it did not.</returns>
    public async ValueTask<string?> SendAsync(byte[] message, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            return await TrySendAsync(message, cancellation) is null ? null : await TrySendAsync(message, cancellation);
        }
        finally
        {
            gate.Release();
        }
    }

    async ValueTask<string?> TrySendAsync(byte[] message, CancellationToken cancellation)
    {
        try
        {
            socket ??= Connect();
            await socket.SendAsync(socket.SocketType == SocketType.Dgram ? message : [.. message, 0], cancellation);
            return null;
        }
        catch (SocketException failure)
        {
            socket?.Dispose();
            socket = null;
            return failure.Message;
        }
    }

    Socket Connect()
    {
        try
        {
            return Connect(SocketType.Dgram);
        }
        catch (SocketException failure) when (failure.SocketErrorCode is SocketError.ProtocolType)
        {
            return Connect(SocketType.Stream);
        }
    }

    Socket Connect(SocketType type)
    {
        var made = new Socket(AddressFamily.Unix, type, ProtocolType.Unspecified);
        try
        {
            made.Connect(new UnixDomainSocketEndPoint(path));
            return made;
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }
}
