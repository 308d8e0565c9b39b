using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Certificates;

/// <summary>Judges the certificate that a server shows to the gateway.</summary>
internal static class ServerTrust
{
    /// <summary>Why the certificate is not trusted; null when it is good.</summary>
    /// <param name="certificate">The server's own.</param>
    /// <param name="received">What came with it.</param>
    /// <param name="errors">What was found wrong already; only a wrong name counts.</param>
    /// <param name="authorities">The authorities trusted; null for the system's.</param>
    /// <param name="depth">How many certificates may be between the server's own and the authority's.</param>
    public static string? Judge(X509Certificate2? certificate, X509Chain? received, SslPolicyErrors errors, X509Certificate2Collection? authorities, int depth)
    {
        if (certificate is null)
        {
            return "the upstream presented no certificate";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return "the certificate is for another name";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (received is not null)
        {
            foreach (X509ChainElement element in received.ChainElements)
            {
                chain.ChainPolicy.ExtraStore.Add(element.Certificate);
            }

            chain.ChainPolicy.ExtraStore.AddRange(received.ChainPolicy.ExtraStore);
        }

        if (authorities is not null)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        if (!chain.Build(certificate))
        {
            return chain.ChainStatus.FirstOrDefault().StatusInformation ?? "the certificate is not trusted";
        }

        // OpenSSL's depth counts the certificates between the server's own and the trusted root.
        return chain.ChainElements.Count - 2 > depth ? "certificate chain too long" : null;
    }
}
