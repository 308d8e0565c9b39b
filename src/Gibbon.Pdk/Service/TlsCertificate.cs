using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Pdk;

/// <summary>
/// A certificate that the gateway shows: to services, or to clients. Costly to make, cheap to use: make one per configuration.
/// </summary>
/// <param name="Certificate">The certificate, with its private key.</param>
/// <param name="Chain">The intermediate certificates sent with it, the issuer first.</param>
public sealed record TlsCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain);
