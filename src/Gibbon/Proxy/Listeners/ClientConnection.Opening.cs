using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;
using Gibbon.Proxy.Transports.Epoll;
using Microsoft.AspNetCore.Http.Features;

namespace Gibbon.Proxy.Listeners;

/// <content>Finds out what a connection speaks. All of it, the TLS handshake included, has the time of <c>client_header_timeout</c>.</content>
internal sealed partial class ClientConnection
{
    private const int FirstBytes = 4 * 1024;

    private static ReadOnlySpan<byte> Http2Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    private async Task ServeAsync()
    {
        try
        {
            // TLS goes on with the framework's streams, which want a socket of their own kind.
            Transport transport = _listener.Ssl ? new SocketTransport(_socket) : EpollTransport.Of(_socket);
            _transport = transport;
            RemoteEndPoint = transport.RemoteEndPoint;
            LocalEndPoint = transport.LocalEndPoint;
            var received = new ReceiveBuffer(FirstBytes);
            SetDeadline(_owner.Options.Http.ClientHeaderTimeout);
            if (_listener.ProxyProtocol && !await ReadProxyHeaderAsync(transport, received).ConfigureAwait(false)) return;

            if (_listener.Ssl) await ServeTlsAsync(transport, received).ConfigureAwait(false);
            else await ServeClearAsync(transport, received).ConfigureAwait(false);
        }
        catch (Exception e) when (e is System.Net.Sockets.SocketException or IOException or ObjectDisposedException)
        {
            // The client has gone.
        }
        catch (Exception e)
        {
            _owner.Log.ConnectionFailed(e);
        }
        finally
        {
            ClearDeadline();
            if (_transport is { } transport) await transport.CloseAsync().ConfigureAwait(false);
            _socket.Dispose();
            _owner.Counters.Close(_hasAnswered);
            _owner.Remove(this);
        }
    }

    private async ValueTask<bool> ReadProxyHeaderAsync(Transport transport, ReceiveBuffer received)
    {
        while (true)
        {
            switch (ProxyProtocolParser.Parse(received.Span, out ProxyProtocolHeader header, out int length))
            {
                case ProxyProtocolState.Complete:
                    received.Consume(length);
                    _features = new FeatureCollection();
                    _features.Set(header);
                    return true;
                case ProxyProtocolState.Invalid:
                    _owner.Log.BrokenProxyHeader(RemoteEndPoint, _listener.Text);
                    return false;
            }

            if (!await ReceiveMoreAsync(transport, received).ConfigureAwait(false)) return false;
        }
    }

    private async ValueTask ServeClearAsync(Transport transport, ReceiveBuffer received)
    {
        if (_owner.SpeaksHttp2)
        {
            while (received.Length < Http2Preface.Length && Http2Preface.StartsWith(received.Span))
            {
                if (!await ReceiveMoreAsync(transport, received).ConfigureAwait(false)) return;
            }

            if (received.Span.StartsWith(Http2Preface))
            {
                _transport = new SocketTransport(_socket);
                if (transport is EpollTransport loop) loop.Detach();
                await ServeHttp2Async(new PrefixedStream(_socket, received)).ConfigureAwait(false);
                return;
            }
        }

        await ServeHttp1Async(new AcceptedTransport(transport, received, null, _features)).ConfigureAwait(false);
    }

    private async ValueTask ServeTlsAsync(Transport transport, ReceiveBuffer received)
    {
        HelloState state;
        while ((state = TlsRecords.Find(received.Span, out _)) == HelloState.Incomplete)
        {
            if (!await ReceiveMoreAsync(transport, received).ConfigureAwait(false)) return;
        }

        if (state == HelloState.NotTls)
        {
            await ServeHttp1Async(new AcceptedTransport(transport, received, null, _features), RequestRejection.PlainHttpOnTlsPort).ConfigureAwait(false);
            return;
        }

        if (state != HelloState.Complete)
        {
            _owner.Log.HandshakeFailed("no well-formed ClientHello", RemoteEndPoint, _listener.Text);
            return;
        }

        ServerHandshake handshake = Open(received.Span);
        if (_owner.Options.OnHandshake is { } phase) await phase(handshake).ConfigureAwait(false);
        if (handshake.Certificates is not { } certificates) return;

        LoadedCertificate certificate = Choose(certificates, received.Span);
        var tls = new SslStream(new PrefixedStream(_socket, received), leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsServerAsync(_owner.Tls.For(certificate, handshake)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            _owner.Log.HandshakeFailed(e.InnerException?.Message ?? e.Message, RemoteEndPoint, _listener.Text);
            await tls.DisposeAsync().ConfigureAwait(false);
            return;
        }

        Tls = new TlsInformation(tls.SslProtocol, tls.NegotiatedCipherSuite, handshake.ServerName, tls.RemoteCertificate as X509Certificate2);
        if (tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2)
        {
            await ServeHttp2Async(tls).ConfigureAwait(false);
            return;
        }

        var secure = new TlsTransport(_socket, tls, handshake.ServerName);
        _transport = secure;
        await ServeHttp1Async(new AcceptedTransport(secure, received, Tls, _features)).ConfigureAwait(false);
    }

    private ServerHandshake Open(ReadOnlySpan<byte> received)
    {
        TlsRecords.Find(received, out ReadOnlySpan<byte> message);
        string? name = ClientHello.Parse(message).ServerName;
        CertificateIndex certificates = _owner.Options.Certificates();
        CertificateLookup found = certificates.Find(name);
        if (found.Set is null) _owner.Log.NoCertificate(name, found.Problem, RemoteEndPoint);
        return new ServerHandshake
        {
            ServerName = name,
            RemoteEndPoint = RemoteEndPoint,
            LocalEndPoint = LocalEndPoint,
            Certificates = found.Set,
            IsDefault = certificates.IsDefault(found.Set),
        };
    }

    private static LoadedCertificate Choose(CertificateSet certificates, ReadOnlySpan<byte> received)
    {
        TlsRecords.Find(received, out ReadOnlySpan<byte> message);
        ClientHello hello = ClientHello.Parse(message);
        return certificates.For(in hello);
    }

    private static async ValueTask<bool> ReceiveMoreAsync(Transport transport, ReceiveBuffer received)
    {
        int count = await transport.ReceiveAsync(received.Room(FirstBytes / 2)).ConfigureAwait(false);
        if (count <= 0) return false;

        received.Fill(count);
        return true;
    }
}
