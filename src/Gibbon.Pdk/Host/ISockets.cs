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

    /// <summary>Begins TLS on a connection that has begun without it (STARTTLS of mail, directories, databases).</summary>
    /// <param name="stream">The connection; it is disposed when this fails.</param>
    /// <param name="host">Whom it leads to: the name that is verified unless <paramref name="tls"/> says another.</param>
    /// <param name="tls">How.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The secured connection, or why there is none. Dispose it.</returns>
    ValueTask<Result<Stream>> SecureAsync(Stream stream, string host, SocketTls tls, CancellationToken cancellation = default);

    /// <summary>Opens a socket for datagrams to one receiver.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="port">The port.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The socket, connected, or why there is none. Dispose it.</returns>
    ValueTask<Result<System.Net.Sockets.Socket>> OpenUdpAsync(string host, int port, CancellationToken cancellation = default);
}
