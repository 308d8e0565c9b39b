using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Settings;

/// <summary>Self-signed certificates (RSA and ECDSA, CN localhost) for TLS listeners that have been given none.</summary>
internal static class DefaultCertificates
{
    private const int ValidYears = 20;

    /// <summary>The settings with generated certificates filled in; the files are made in <c>PREFIX/ssl</c> where they are missing.</summary>
    public static GatewaySettings Ensure(GatewaySettings settings)
    {
        var tls = settings.Tls;
        var listeners = settings.Listeners;
        var layout = new PrefixLayout(settings.Node.Prefix);
        return settings with
        {
            Tls = tls with
            {
                Proxy = Ensure(tls.Proxy, layout, "", listeners.Proxy, listeners.Stream),
                Admin = Ensure(tls.Admin, layout, "admin-", listeners.Admin),
                Status = Ensure(tls.Status, layout, "status-", listeners.Status),
                Manager = Ensure(tls.Manager, layout, "admin-gui-", listeners.Manager),
            },
        };
    }

    /// <summary>A fresh pair as PEM text, for hosts without a working directory.</summary>
    public static CertificateFiles Create(bool ecdsa)
    {
        using AsymmetricAlgorithm key = ecdsa ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : RSA.Create(2048);
        var subject = new X500DistinguishedName("C=US, S=California, L=San Francisco, O=Gibbon, OU=IT Department, CN=localhost");
        var request = key is ECDsa curve
            ? new CertificateRequest(subject, curve, HashAlgorithmName.SHA256)
            : new CertificateRequest(subject, (RSA)key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(ValidYears));
        return new CertificateFiles(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private static ImmutableArray<CertificateFiles> Ensure(
        ImmutableArray<CertificateFiles> given, PrefixLayout layout, string kind, params ReadOnlySpan<ImmutableArray<ListenAddress>> listeners)
    {
        if (!given.IsEmpty)
            return given;
        foreach (var addresses in listeners)
        {
            if (addresses.Any(address => address.Ssl))
                return [Ensure(layout.DefaultCertificate(kind, ecdsa: false), ecdsa: false), Ensure(layout.DefaultCertificate(kind, ecdsa: true), ecdsa: true)];
        }

        return given;
    }

    private static CertificateFiles Ensure(CertificateFiles files, bool ecdsa)
    {
        if (File.Exists(files.Certificate) && File.Exists(files.Key))
            return files;

        Directory.CreateDirectory(Path.GetDirectoryName(files.Key)!);
        var made = Create(ecdsa);
        PrivateFile.Write(files.Key, made.Key);
        File.WriteAllText(files.Certificate, made.Certificate);
        return files;
    }
}
