using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Pdk;

/// <summary>The TLS connection of the client. Kong's <c>kong.client.tls</c>.</summary>
/// <param name="context">The request it is a part of.</param>
public abstract class ClientTls(RequestContext context) : RequestModule(context)
{
    const Phase Proxying = Phase.Rewrite | Phase.Access | Phase.Response | Phase.Balancer;

    /// <summary>
    /// The name the client asked for in its hello (SNI), in lower case; <c>null</c> if it named none or does not speak TLS.
    /// </summary>
    [Phases(Phase.AnyButInitWorker)]
    public string? ServerName
    {
        get
        {
            Require(Phase.AnyButInitWorker);
            return ServerNameCore;
        }
    }

    /// <summary>The version of TLS as OpenSSL names it (<c>TLSv1.3</c>); <c>null</c> if the client does not speak TLS.</summary>
    [Phases(Phase.AnyButInitWorker)]
    public string? Version
    {
        get
        {
            Require(Phase.AnyButInitWorker);
            return VersionCore;
        }
    }

    /// <summary>
    /// Whether the gateway has no certificate for the name that the client asked for, so that it is going to show the one it shows in such
    /// cases.
    /// </summary>
    /// <exception cref="PhaseException">Not in <c>certificate</c>.</exception>
    [Phases(Phase.Certificate)]
    public bool IsDefaultCertificate
    {
        get
        {
            Require(Phase.Certificate);
            return IsDefaultCertificateCore;
        }
    }

    /// <summary>Shows the client this certificate, in place of the one that the gateway would choose by name.</summary>
    /// <param name="certificate">The certificate with its private key, and the chain that goes with it.</param>
    /// <returns>A failure if the connection cannot be told.</returns>
    /// <exception cref="PhaseException">Not in <c>certificate</c>.</exception>
    [Phases(Phase.Certificate)]
    public Result SetServerCertificate(TlsCertificate certificate)
    {
        Require(Phase.Certificate);
        ArgumentNullException.ThrowIfNull(certificate);
        return SetServerCertificateCore(certificate);
    }

    /// <summary>
    /// Asks the client for a certificate during the handshake. It need not show one, and none is refused: the plugin checks later.
    /// </summary>
    /// <param name="authorities">The authorities whose names the client is told; <c>null</c> for none.</param>
    /// <returns>A failure if the connection cannot ask.</returns>
    /// <exception cref="PhaseException">Not in <c>certificate</c>.</exception>
    [Kong("kong.client.tls.request_client_certificate"), Phases(Phase.Certificate)]
    public Result RequestClientCertificate(X509Certificate2Collection? authorities = null)
    {
        Require(Phase.Certificate);
        return RequestClientCertificateCore(authorities);
    }

    /// <summary>Keeps the client from resuming this TLS session, so that it shows its certificate each time it connects.</summary>
    /// <returns>A failure if the connection cannot be told.</returns>
    /// <exception cref="PhaseException">Not in <c>certificate</c>.</exception>
    [Kong("kong.client.tls.disable_session_reuse"), Phases(Phase.Certificate)]
    public Result DisableSessionReuse()
    {
        Require(Phase.Certificate);
        return DisableSessionReuseCore();
    }

    /// <summary>The certificate the client showed and those it sent with it, in PEM.</summary>
    /// <returns>The text; <c>null</c> if the client showed none or does not speak TLS.</returns>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.client.tls.get_full_client_certificate_chain"), Phases(Proxying | Phase.Log)]
    public string? GetFullClientCertificateChain()
    {
        Require(Proxying | Phase.Log);
        return GetFullClientCertificateChainCore();
    }

    /// <summary>The certificate the client showed, parsed; <c>null</c> if none. It belongs to the connection: do not dispose it.</summary>
    /// <exception cref="PhaseException">There is no request in this phase.</exception>
    [Kong("kong.client.tls.get_full_client_certificate_chain"), Phases(Proxying | Phase.Log)]
    public X509Certificate2? ClientCertificate
    {
        get
        {
            Require(Proxying | Phase.Log);
            return ClientCertificateCore;
        }
    }

    /// <summary>What logs report about the check of the client's certificate; changes nothing else.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <exception cref="PhaseException">Too early or too late.</exception>
    [Kong("kong.client.tls.set_client_verify"), Phases(Proxying)]
    public void SetClientVerify(ClientVerify outcome)
    {
        Require(Proxying);
        SetClientVerifyCore(outcome);
    }

    /// <summary>See <see cref="Version"/>.</summary>
    protected abstract string? VersionCore { get; }

    /// <summary>See <see cref="ServerName"/>.</summary>
    protected abstract string? ServerNameCore { get; }

    /// <summary>See <see cref="IsDefaultCertificate"/>.</summary>
    protected abstract bool IsDefaultCertificateCore { get; }

    /// <summary>See <see cref="SetServerCertificate"/>.</summary>
    /// <param name="certificate">The certificate.</param>
    protected abstract Result SetServerCertificateCore(TlsCertificate certificate);

    /// <summary>See <see cref="RequestClientCertificate"/>.</summary>
    /// <param name="authorities">The authorities.</param>
    protected abstract Result RequestClientCertificateCore(X509Certificate2Collection? authorities);

    /// <summary>See <see cref="DisableSessionReuse"/>.</summary>
    protected abstract Result DisableSessionReuseCore();

    /// <summary>See <see cref="GetFullClientCertificateChain"/>.</summary>
    protected abstract string? GetFullClientCertificateChainCore();

    /// <summary>See <see cref="ClientCertificate"/>.</summary>
    protected abstract X509Certificate2? ClientCertificateCore { get; }

    /// <summary>See <see cref="SetClientVerify"/>.</summary>
    /// <param name="outcome">The outcome.</param>
    protected abstract void SetClientVerifyCore(ClientVerify outcome);
}
