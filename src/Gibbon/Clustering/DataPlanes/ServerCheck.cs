using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Settings;

namespace Gibbon.Clustering.DataPlanes;

/// <summary>Whom a data plane takes for its control plane: who shows a certificate of the cluster, for the right name.</summary>
internal sealed class ServerCheck(ClusterCertificate own, GatewaySettings settings)
{
    /// <summary>The name that nodes with the same certificate have.</summary>
    public const string SharedName = "kong_clustering";

    private readonly X509Certificate2Collection _trusted = Trust(own, settings);

    /// <summary>The name that the control plane is asked for, and has to show.</summary>
    /// <param name="host">The host that is connected to.</param>
    public string NameFor(string host) => !settings.Hybrid.Pki ? SharedName : settings.Hybrid.ServerName is { Length: > 0 } name ? name : host;

    public bool IsGood(X509Certificate? presented, X509Certificate2Collection sent, string name)
    {
        if (presented is not X509Certificate2 certificate)
        {
            return false;
        }

        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_trusted);
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate) && HasName(certificate, name);
    }

    // What the framework asks of a host name, the shared one does not have: an underscore is in it.
    private static bool HasName(X509Certificate2 certificate, string name)
    {
        X509SubjectAlternativeNameExtension? names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        return name == SharedName
            ? names?.EnumerateDnsNames().Any() is true
                ? names.EnumerateDnsNames().Contains(name, StringComparer.OrdinalIgnoreCase)
                : certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false).Equals(name, StringComparison.OrdinalIgnoreCase)
            : certificate.MatchesHostname(name);
    }

    private static X509Certificate2Collection Trust(ClusterCertificate own, GatewaySettings settings)
    {
        X509Certificate2Collection trusted = [.. own.Trusted];
        foreach (string source in settings.Tls.TrustedCertificates)
        {
            trusted.AddRange(CertificateFiles.ReadAll(source));
        }

        return trusted;
    }
}
