using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Transports;

namespace Gibbon.Proxy.Upstreams;

/// <summary>Starts TLS to one origin. The options are made once, which is what lets sessions be resumed.</summary>
internal sealed class TlsHandshake
{
    private readonly UpstreamTls _tls;
    private readonly SslClientAuthenticationOptions _options;

    /// <param name="tls">How to speak TLS.</param>
    /// <param name="application">What to offer by ALPN; null for nothing, which means HTTP/1.1.</param>
    public TlsHandshake(UpstreamTls tls, SslApplicationProtocol? application = null)
    {
        _tls = tls;
        _options = new SslClientAuthenticationOptions
        {
            TargetHost = tls.ServerName,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            RemoteCertificateValidationCallback = Validate,
            ApplicationProtocols = application is { } protocol ? [protocol] : null,
        };
        if (tls.ClientCertificate is { } certificate)
        {
            _options.ClientCertificateContext =
                SslStreamCertificateContext.Create(certificate.Certificate, certificate.Chain, offline: true);
        }
    }

    /// <summary>Performs the handshake on a connected socket; on failure the socket is closed.</summary>
    public async ValueTask<(Transport? Transport, ProxyError Error)> PerformAsync(Socket socket)
    {
        var (stream, error) = await AuthenticateAsync(socket, ownsSocket: false).ConfigureAwait(false);
        return (stream is null ? null : new TlsTransport(socket, stream, _tls.ServerName), error);
    }

    /// <summary>As <see cref="PerformAsync"/>, for those who want a stream.</summary>
    public async ValueTask<(SslStream? Stream, ProxyError Error)> AuthenticateAsync(Socket socket, bool ownsSocket)
    {
        var stream = new WatchfulStream(new NetworkStream(socket, ownsSocket));
        try
        {
            await stream.AuthenticateAsClientAsync(_options).ConfigureAwait(false);
            return (stream, default);
        }
        catch (Exception error) when (error is IOException or AuthenticationException or ObjectDisposedException or SocketException
            or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            socket.Dispose();
            var kind = stream.Distrust is null ? ProxyErrorKind.TlsHandshakeFailed : ProxyErrorKind.CertificateNotTrusted;
            return (null, new ProxyError(kind, ErrorSource.Upstream, RetryAdvice.Yes, stream.Distrust ?? error.Message));
        }
    }

    private bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (!_tls.Verify) return true;

        var distrust = ServerTrust.Judge(certificate as X509Certificate2, chain, errors, _tls.TrustStore, _tls.VerifyDepth);
        ((WatchfulStream)sender).Distrust = distrust;
        return distrust is null;
    }

    // Remembers why its handshake failed; the callback is shared by all handshakes of an origin.
    private sealed class WatchfulStream(Stream inner) : SslStream(inner, leaveInnerStreamOpen: false)
    {
        public string? Distrust { get; set; }
    }
}
