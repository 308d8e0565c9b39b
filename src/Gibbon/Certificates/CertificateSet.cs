using System.Collections.Immutable;

namespace Gibbon.Certificates;

/// <summary>The certificates of one entity (<c>cert</c> and <c>cert_alt</c>) or of <c>ssl_cert</c>: one of them is shown to each client.</summary>
internal sealed class CertificateSet
{
    public CertificateSet(ImmutableArray<LoadedCertificate> certificates)
    {
        ArgumentOutOfRangeException.ThrowIfZero(certificates.Length, nameof(certificates));
        Certificates = certificates;
    }

    /// <summary>At least one, in the order configured.</summary>
    public ImmutableArray<LoadedCertificate> Certificates { get; }

    /// <summary>What is shown to an upstream, and to a client that gives no choice.</summary>
    public LoadedCertificate Main => Certificates[0];

    /// <summary>
    /// The certificate whose signature the client likes best, as the TLS library chooses among several; the first one when it likes none,
    /// so that the handshake fails there and not here.
    /// </summary>
    public LoadedCertificate For(in ClientHello hello)
    {
        if (Certificates.Length == 1) return Certificates[0];

        ReadOnlySpan<byte> algorithms = hello.SignatureAlgorithms;
        for (int i = 0; i + 1 < algorithms.Length; i += 2)
        {
            var algorithm = (ushort)((algorithms[i] << 8) | algorithms[i + 1]);
            foreach (LoadedCertificate certificate in Certificates)
            {
                if (SignatureAlgorithm.Fits(algorithm, certificate.Kind, in hello)) return certificate;
            }
        }

        // TLS 1.2 without the extension means SHA-1 with RSA; some such clients exist in embedded devices.
        foreach (LoadedCertificate certificate in Certificates)
        {
            if (certificate.Kind == KeyKind.Rsa) return certificate;
        }

        return Certificates[0];
    }
}
