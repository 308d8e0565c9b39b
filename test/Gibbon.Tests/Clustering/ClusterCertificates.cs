using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Tests.Clustering;

/// <summary>Certificates that clusters of tests use.</summary>
internal sealed class ClusterCertificates
{
    public static X509Certificate2 Shared { get; } = SelfSigned("kong_clustering");

    /// <summary>The same name, and nobody's.</summary>
    public static X509Certificate2 Foreign { get; } = SelfSigned("kong_clustering");

    public static X509Certificate2 Authority { get; } = SelfSigned("the authority", isAuthority: true);

    public static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem();

    public static string KeyPem(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    public static X509Certificate2 SelfSigned(string name, bool isAuthority = false, double days = 100)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA384);
        if (isAuthority)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        }

        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(days));
    }

    public static X509Certificate2 Signed(string name, double days = 50)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA384);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = request.Create(
            Authority, DateTimeOffset.UtcNow.AddDays(-9), DateTimeOffset.UtcNow.AddDays(days), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
