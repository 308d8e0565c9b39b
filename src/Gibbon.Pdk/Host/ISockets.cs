namespace Gibbon.Pdk;

/// <summary>TCP, TLS and UDP to elsewhere, with the gateway's names and trusted authorities.</summary>
public interface ISockets
{
    /// <summary>Connects with TCP.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port.</param>
    /// <param name="tls">TLS on top of it; <c>null</c> for none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The connection, or why there is none. Dispose it.</returns>
    ValueTask<Result<Stream>> ConnectAsync(string host, int port, SocketTls? tls = null, CancellationToken cancellation = default);

    /// <summary>Begins TLS on a connection that exists: after a command of its protocol, or to tell a failed handshake from a failed connection.</summary>
    /// <param name="stream">The connection; it is disposed with what is returned, and if the handshake fails.</param>
    /// <param name="tls">How. Without a server name none is asked for, and only the certificate's authority is verified.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The secured connection, or why the handshake failed. Dispose it.</returns>
    ValueTask<Result<Stream>> SecureAsync(Stream stream, SocketTls tls, CancellationToken cancellation = default);

    /// <summary>Opens a socket for datagrams to one receiver.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The socket, connected, or why there is none. Dispose it.</returns>
    ValueTask<Result<System.Net.Sockets.Socket>> OpenUdpAsync(string host, int port, CancellationToken cancellation = default);
}
