using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;

namespace Gibbon.Tests.Certificates;

/// <summary>Certificates made for tests, each name once.</summary>
internal static class TestCertificates
{
    private static readonly ConcurrentDictionary<(string Name, KeyKind Kind), PemPair> Made = new();

    /// <summary>A self-signed certificate for that host name.</summary>
    public static PemPair For(string name, KeyKind kind = KeyKind.EcdsaP256) => Made.GetOrAdd((name, kind), static key => Create(key.Name, key.Kind));

    /// <summary>An index that shows the certificate of each of these names, and <c>default.test</c> otherwise.</summary>
    public static CertificateIndex Index(params string[] names)
    {
        CertificateIndexBuilder builder = CertificateIndex.Empty.ToBuilder();
        builder.SetDefaults([For("default.test")]);
        foreach (string name in names)
        {
            var id = Guid.NewGuid();
            builder.SetCertificate(id, For(name));
            builder.SetName(name, id);
        }

        return builder.Build();
    }

    private static PemPair Create(string name, KeyKind kind)
    {
        var subject = new X500DistinguishedName($"CN={name}");
        if (kind == KeyKind.Rsa)
        {
            using var rsa = RSA.Create(2048);
            return Sign(new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), rsa);
        }

        using var ecdsa = ECDsa.Create(kind == KeyKind.EcdsaP384 ? ECCurve.NamedCurves.nistP384 : ECCurve.NamedCurves.nistP256);
        return Sign(new CertificateRequest(subject, ecdsa, HashAlgorithmName.SHA256), ecdsa);

        PemPair Sign(CertificateRequest request, AsymmetricAlgorithm key)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(name.Replace("*", "star", StringComparison.Ordinal));
            request.CertificateExtensions.Add(names.Build());
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
            using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
            return new PemPair(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        }
    }
}
