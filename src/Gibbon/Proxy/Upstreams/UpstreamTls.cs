using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Proxy.Upstreams;

/// <summary>
/// How to speak TLS to an upstream. Two equal values share a pool of connections, so take the same instances of certificates again and again.
/// </summary>
/// <param name="ServerName">The SNI name, also the name the certificate must carry when it is verified; empty for none.</param>
/// <param name="Verify">Whether the upstream's certificate must be trusted.</param>
/// <param name="VerifyDepth">Most intermediate certificates allowed between the upstream's and a trusted one.</param>
/// <param name="TrustStore">The certificates trusted; null for <c>lua_ssl_trusted_certificate</c>'s default, the system's store.</param>
/// <param name="ClientCertificate">The certificate to present with its intermediates, or null.</param>
internal sealed record UpstreamTls(
    string ServerName,
    bool Verify = false,
    int VerifyDepth = 1,
    X509Certificate2Collection? TrustStore = null,
    ClientCertificate? ClientCertificate = null);

/// <summary>A certificate to present to upstreams.</summary>
/// <param name="Certificate">The certificate with its private key.</param>
/// <param name="Chain">The intermediates to send along.</param>
internal sealed record ClientCertificate(X509Certificate2 Certificate, X509Certificate2Collection? Chain = null)
{
    // The framework takes certificates of one issuer and serial number for equal, whatever their keys.
    public bool Equals(ClientCertificate? other) =>
        other is not null && ReferenceEquals(Certificate, other.Certificate) && ReferenceEquals(Chain, other.Chain);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Certificate);
}
