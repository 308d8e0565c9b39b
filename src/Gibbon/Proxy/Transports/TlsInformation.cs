using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Proxy.Transports;

/// <summary>What a TLS handshake agreed on.</summary>
/// <param name="Protocol">The TLS version.</param>
/// <param name="CipherSuite">The cipher suite.</param>
/// <param name="ServerName">The SNI name, null when none was sent.</param>
/// <param name="ClientCertificate">The peer's certificate, null when none was presented.</param>
internal sealed record TlsInformation(
    SslProtocols Protocol,
    TlsCipherSuite? CipherSuite,
    string? ServerName,
    X509Certificate2? ClientCertificate);
