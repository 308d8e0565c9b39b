using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Proxy.Grpc;

/// <summary>Opens connections for the HTTP/2 client: to an address, within the service's connect timeout, with the service's TLS.</summary>
internal sealed class GrpcConnector(UpstreamTls? tls)
{
    /// <summary>Where a request carries its service's connect timeout, in milliseconds.</summary>
    public static readonly HttpRequestOptionsKey<int> ConnectTimeout = new("gibbon.connect-timeout");

    private readonly TlsHandshake? _handshake = tls is null ? null : new TlsHandshake(tls, SslApplicationProtocol.Http2);

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (context.InitialRequestMessage.Options.TryGetValue(ConnectTimeout, out int milliseconds) && milliseconds > 0)
        {
            limit.CancelAfter(milliseconds);
        }

        var address = new IPEndPoint(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var error = await DialAsync(socket, address, limit.Token).ConfigureAwait(false);
        if (error.IsNone && _handshake is null) return new NetworkStream(socket, ownsSocket: true);

        SslStream? secure = null;
        if (error.IsNone)
        {
            using (limit.Token.UnsafeRegister(static socket => ((Socket)socket!).Dispose(), socket))
            {
                (secure, error) = await _handshake!.AuthenticateAsync(socket, ownsSocket: true).ConfigureAwait(false);
            }

            if (secure is not null) return secure;
            if (limit.IsCancellationRequested) error = error with { Kind = ProxyErrorKind.TlsHandshakeTimeout };
        }

        socket.Dispose();
        cancellation.ThrowIfCancellationRequested();
        throw new GrpcConnectException(error);
    }

    private static async ValueTask<ProxyError> DialAsync(Socket socket, IPEndPoint address, CancellationToken limit)
    {
        try
        {
            await socket.ConnectAsync(address, limit).ConfigureAwait(false);
            return default;
        }
        catch (SocketException e)
        {
            var kind = e.SocketErrorCode == SocketError.ConnectionRefused ? ProxyErrorKind.ConnectRefused : ProxyErrorKind.ConnectFailed;
            return new ProxyError(kind, ErrorSource.Upstream, RetryAdvice.Yes, e.Message);
        }
        catch (OperationCanceledException)
        {
            return new ProxyError(ProxyErrorKind.ConnectTimeout, ErrorSource.Upstream, RetryAdvice.Yes, "upstream timed out while connecting");
        }
    }
}
