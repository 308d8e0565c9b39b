using System.Collections.Immutable;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;
using Gibbon.Settings;

namespace Gibbon.Proxy.Listeners;

/// <summary>Turns settings and a chosen certificate into what the TLS library wants for one handshake.</summary>
/// <param name="settings">Protocols, ciphers, tickets.</param>
/// <param name="http2">Whether HTTP/2 is offered beside HTTP/1; null for what is no HTTP, where the client's ALPN is none of our business.</param>
internal sealed class ServerTlsOptions(TlsSettings settings, bool? http2)
{
    private static readonly SslApplicationProtocol Http10 = new("http/1.0");

    private readonly SslProtocols _protocols = settings.Protocols;
    private readonly bool _resume = settings.SessionTickets;
    private readonly CipherSuitesPolicy? _ciphers = PolicyOf(settings.CipherSuites);

    private readonly List<SslApplicationProtocol>? _applications = http2 switch
    {
        true => [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11, Http10],
        false => [SslApplicationProtocol.Http11, Http10],
        _ => null,
    };

    public SslServerAuthenticationOptions For(LoadedCertificate certificate, ServerHandshake handshake) => new()
    {
        ServerCertificateContext = certificate.ContextFor(handshake.ClientAuthorities),
        EnabledSslProtocols = _protocols,
        CipherSuitesPolicy = _ciphers,
        ApplicationProtocols = _applications,
        AllowRenegotiation = false,
        AllowTlsResume = _resume && !handshake.DisableSessionReuse && !handshake.RequestClientCertificate,
        ClientCertificateRequired = handshake.RequestClientCertificate,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
#pragma warning disable CA5359 // as in Kong, plugins and routes judge the client's certificate after the handshake
        RemoteCertificateValidationCallback = handshake.RequestClientCertificate ? AcceptAny : null,
#pragma warning restore CA5359
    };

    private static bool AcceptAny(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;

    // With a policy the library makes a new context for every handshake and cannot resume sessions, so an empty list gives none.
    private static CipherSuitesPolicy? PolicyOf(ImmutableArray<TlsCipherSuite> suites) =>
        suites.IsDefaultOrEmpty || !OperatingSystem.IsLinux() ? null : new CipherSuitesPolicy(suites);
}
