using System.Security.Cryptography.X509Certificates;
using Gibbon.Clustering.Ocsp;
using Gibbon.Settings;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>What came of looking at a data plane's certificate.</summary>
/// <param name="Problem">Why it is refused; null when it is not.</param>
/// <param name="Warning">What the log is to say of one that is accepted.</param>
internal readonly record struct ClientVerdict(string? Problem, string? Warning = null);

/// <summary>What a data plane has shown in the handshake.</summary>
/// <param name="Certificate">Its certificate; null: none.</param>
/// <param name="Issuer">Who has signed that, as DER; null when that is not known.</param>
/// <param name="Problem">Why nothing that it asks for is answered, whatever it is; null when it may ask.</param>
/// <param name="Page">The text of the page that it is answered with then.</param>
internal sealed record ClientShown(X509Certificate2? Certificate, byte[]? Issuer = null, string? Problem = null, string Page = "");

/// <summary>
/// Judges the certificates of data planes: with <c>cluster_mtls = shared</c> it must be this node's own, with <c>pki</c> one that the authority has signed. As in Kong, the authority's
/// signature is looked at when the handshake is over, and everything else when the data plane asks to be let in.
/// </summary>
internal sealed class ClientCheck(ClusterCertificate own, HybridSettings settings, ClusterTimes times, TimeProvider time) : IDisposable
{
    private const int LongestChain = 5;

    private readonly OcspClient? _ocsp = settings.Ocsp == "off" ? null : new OcspClient(times.Revocation, time);

    /// <summary>Looks at what was shown. Nobody is asked for that.</summary>
    public ClientShown Look(X509Certificate2? presented, X509Certificate2Collection sent)
    {
        if (!settings.Pki)
        {
            return new ClientShown(presented);
        }

        if (presented is null)
        {
            return new ClientShown(null, null, "data plane failed to present client certificate during handshake", "No required SSL certificate was sent");
        }

        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(own.Trusted);
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        string? problem = !chain.Build(presented)
            ? string.Join(", ", chain.ChainStatus.Select(static status => status.StatusInformation.Trim().TrimEnd('.')).Distinct())
            : chain.ChainElements.Count > LongestChain ? "certificate chain too long"
            : null;
        return problem is null
            ? new ClientShown(presented, chain.ChainElements.Count > 1 ? chain.ChainElements[1].Certificate.RawData : null)
            : new ClientShown(presented, null, $"data plane client certificate was refused: {problem}", "The SSL certificate error");
    }

    /// <summary>Whether who has shown that is let in.</summary>
    public ValueTask<ClientVerdict> JudgeAsync(ClientShown shown, CancellationToken cancellation)
    {
        if (shown.Certificate is not { } certificate)
        {
            return new(new ClientVerdict("data plane failed to present client certificate during handshake"));
        }

        if (!settings.Pki)
        {
            return new(own.IsSameAs(certificate) ? default
                : new ClientVerdict("data plane presented incorrect client certificate during handshake (digest does not match the control plane certificate)"));
        }

        string name = CommonName(certificate);
        return settings.ChecksCommonName && !IsAllowed(name)
            ? new(new ClientVerdict($"data plane presented client certificate with incorrect CN during handshake, got: {name}"))
            : _ocsp is { } ocsp ? AskAsync(ocsp, certificate, shown.Issuer, cancellation) : default;
    }

    public void Dispose() => _ocsp?.Dispose();

    private async ValueTask<ClientVerdict> AskAsync(OcspClient ocsp, X509Certificate2 certificate, byte[]? encodedIssuer, CancellationToken cancellation)
    {
        using X509Certificate2? issuer = encodedIssuer is null ? null : X509CertificateLoader.LoadCertificate(encodedIssuer);
        OcspVerdict verdict = await ocsp.AskAsync(certificate, issuer, cancellation).ConfigureAwait(false);
        if (verdict.Doubt is null)
        {
            return default;
        }

        if (verdict.IsAnswered)
        {
            return new ClientVerdict("data plane client certificate was revoked: " + verdict.Doubt);
        }

        string failed = "data plane client certificate revocation check failed: " + verdict.Doubt;
        return settings.Ocsp == "on" ? new ClientVerdict(failed) : new ClientVerdict(null, Warning: failed);
    }

    private bool IsAllowed(string name) => !settings.AllowedCommonNames.IsEmpty
        ? settings.AllowedCommonNames.Contains(name, StringComparer.OrdinalIgnoreCase)
        : string.Equals(Domain(name), Domain(CommonName(own.Own.Leaf)), StringComparison.OrdinalIgnoreCase);

    private static string CommonName(X509Certificate2 certificate) => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    // What stands behind the first dot; a name without one is its own domain.
    private static string Domain(string name) => name[(name.IndexOf('.') + 1)..];
}
