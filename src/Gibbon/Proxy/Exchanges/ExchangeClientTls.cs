using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;
using Gibbon.Pdk;
using Gibbon.Proxy.Listeners;

namespace Gibbon.Proxy.Exchanges;

/// <summary><see cref="ClientTls"/> over an exchange: what the handshake left behind.</summary>
internal sealed class ExchangeClientTls(Exchange exchange) : ClientTls(exchange)
{
    // What the TLS library makes of a certificate is costly; a plugin shows the same one again and again.
    private static readonly ConditionalWeakTable<TlsCertificate, LoadedCertificate> s_loaded = [];

    private ClientVerify? _verify;

    public string Verification => (_verify ?? ClientVerify.None).ToString();

    protected override X509Certificate2? ClientCertificateCore => exchange.Downstream.Tls?.ClientCertificate;

    protected override string? VersionCore => exchange.Downstream.Tls is { } tls ? TlsNames.Version(tls.Protocol) : null;

    protected override string? ServerNameCore => exchange.Downstream.Tls?.ServerName;

    protected override bool IsDefaultCertificateCore => Handshake?.IsDefault is true;

    public void Clear() => _verify = null;

    private ServerHandshake? Handshake => (exchange.Downstream as HandshakeDownstream)?.Handshake;

    protected override Result RequestClientCertificateCore(X509Certificate2Collection? authorities)
    {
        if (Handshake is not { } handshake)
        {
            return HandshakeIsOver();
        }

        handshake.RequestClientCertificate = true;
        handshake.ClientAuthorities = authorities;
        return Result.Ok;
    }

    protected override Result SetServerCertificateCore(TlsCertificate certificate)
    {
        if (Handshake is not { } handshake)
        {
            return HandshakeIsOver();
        }

        handshake.Certificates = new CertificateSet([s_loaded.GetValue(certificate, static given => LoadedCertificate.Of(given.Certificate, given.Chain))]);
        return Result.Ok;
    }

    protected override Result DisableSessionReuseCore()
    {
        if (Handshake is not { } handshake)
        {
            return HandshakeIsOver();
        }

        handshake.DisableSessionReuse = true;
        return Result.Ok;
    }

    private static Result HandshakeIsOver() => Result.Failure("the TLS handshake is over");

    protected override string? GetFullClientCertificateChainCore() => exchange.Downstream.Tls?.ClientCertificate?.ExportCertificatePem();

    protected override void SetClientVerifyCore(ClientVerify outcome) => _verify = outcome;
}
