using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;
using Gibbon.Observability;
using Gibbon.Settings;

namespace Gibbon.Clustering;

/// <summary>What this node shows to the other side of the cluster, and whom it believes.</summary>
internal sealed class ClusterCertificate
{
    private readonly byte[] _digest;

    private ClusterCertificate(LoadedCertificate own, X509Certificate2Collection trusted)
    {
        Own = own;
        Trusted = trusted;
        _digest = SHA256.HashData(own.Leaf.RawData);
    }

    public LoadedCertificate Own { get; }

    /// <summary>With <c>cluster_mtls = shared</c> the certificate itself, else <c>cluster_ca_cert</c>.</summary>
    public X509Certificate2Collection Trusted { get; }

    /// <exception cref="InvalidOperationException">A file cannot be read, or is no certificate.</exception>
    public static ClusterCertificate Load(HybridSettings settings)
    {
        CertificateFiles files = settings.Certificate ?? throw new InvalidOperationException("cluster certificate and key must be provided to use Hybrid mode");
        PemPair pem = new(files.CertificatePem, files.KeyPem);
        LoadedCertificate own = LoadedCertificate.Load(pem, out string? problem)
            ?? throw new InvalidOperationException($"failed parsing the cluster certificate PEM data: {problem}");
        return new ClusterCertificate(own, settings is { Pki: true, CaCertificate: { } authority } ? CertificateFiles.ReadAll(authority) : [own.Leaf]);
    }

    /// <summary>The certificates that the other side of a handshake has sent along; the chain itself does not outlive that.</summary>
    public static X509Certificate2Collection SentWith(X509Chain? chain) => [.. chain?.ChainPolicy.ExtraStore.AsEnumerable() ?? []];

    /// <summary>Whether another certificate is this one.</summary>
    public bool IsSameAs(X509Certificate other) => CryptographicOperations.FixedTimeEquals(_digest, SHA256.HashData(other.GetRawCertData()));

    /// <summary>When a certificate expires.</summary>
    public static DateTimeOffset EndOf(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);

    /// <summary>Says in the log that a certificate has expired, or will soon.</summary>
    public static void NoteExpiry(X509Certificate2 certificate, string whose, DateTimeOffset now, ClusterTimes times, ErrorLog log)
    {
        DateTimeOffset end = EndOf(certificate);
        if (end <= now)
        {
            log.Write(LogSeverity.Error, $"[clustering] {whose} has expired at {end:u}");
        }
        else if (end - now <= times.ExpiryWarning)
        {
            log.Write(LogSeverity.Warn, $"[clustering] {whose} expires at {end:u}");
        }
    }
}
