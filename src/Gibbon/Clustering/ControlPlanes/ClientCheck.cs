using System.Security.Cryptography.X509Certificates;
using Gibbon.Settings;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>What came of looking at a data plane's certificate.</summary>
/// <param name="Problem">Why it is refused; null when it is not.</param>
/// <param name="Page">The text of the page that the client is answered with; null closes the connection without one.</param>
/// <param name="Warning">What the log is to say of one that is accepted.</param>
internal readonly record struct ClientVerdict(string? Problem, string? Page = null, string? Warning = null);

/// <summary>Judges the certificates of data planes: with <c>cluster_mtls = shared</c> it must be this node's own, with <c>pki</c> one that the authority has signed.</summary>
internal sealed class ClientCheck(ClusterCertificate own, HybridSettings settings, ClusterTimes times)
{
    private const int LongestChain = 5;
    private const int MostQuestions = 32;

    // Who asks about a certificate waits for somebody else's server, and the framework knows no other way than to hold a thread for that.
    private readonly SemaphoreSlim _asking = new(MostQuestions, MostQuestions);

    public async ValueTask<ClientVerdict> JudgeAsync(X509Certificate2? presented, X509Certificate2Collection sent, CancellationToken cancellation)
    {
        if (settings.Pki)
        {
            return presented is null
                ? new ClientVerdict("data plane failed to present client certificate during handshake", "No required SSL certificate was sent")
                : await JudgeChainAsync(presented, sent, cancellation).ConfigureAwait(false);
        }

        return presented is null ? new ClientVerdict("data plane failed to present client certificate during handshake")
            : own.IsSameAs(presented) ? default
            : new ClientVerdict("data plane presented incorrect client certificate during handshake (digest does not match the control plane certificate)");
    }

    private async ValueTask<ClientVerdict> JudgeChainAsync(X509Certificate2 presented, X509Certificate2Collection sent, CancellationToken cancellation)
    {
        if (Build(presented, sent, X509RevocationMode.NoCheck) is { Length: > 0 } problem)
        {
            return new ClientVerdict($"data plane client certificate was refused: {problem}", "The SSL certificate error");
        }

        string name = CommonName(presented);
        if (settings.ChecksCommonName && !IsAllowed(name))
        {
            return new ClientVerdict($"data plane presented client certificate with incorrect CN during handshake, got: {name}");
        }

        if (settings.Ocsp == "off" || await AskAsync(presented, sent, cancellation).ConfigureAwait(false) is not { Length: > 0 } doubt)
        {
            return default;
        }

        if (doubt == nameof(X509ChainStatusFlags.Revoked))
        {
            return new ClientVerdict("data plane client certificate was revoked: failed to validate OCSP response: certificate status \"revoked\" in the OCSP response");
        }

        string failed = $"data plane client certificate revocation check failed: {doubt}";
        return settings.Ocsp == "on" ? new ClientVerdict(failed) : new ClientVerdict(null, Warning: failed);
    }

    // On a thread of its own: those of the pool serve everybody.
    private async Task<string> AskAsync(X509Certificate2 presented, X509Certificate2Collection sent, CancellationToken cancellation)
    {
        await _asking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Factory.StartNew(
                () => Build(presented, sent, X509RevocationMode.Online), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            _asking.Release();
        }
    }

    private bool IsAllowed(string name) => !settings.AllowedCommonNames.IsEmpty
        ? settings.AllowedCommonNames.Contains(name, StringComparer.OrdinalIgnoreCase)
        : string.Equals(Domain(name), Domain(CommonName(own.Own.Leaf)), StringComparison.OrdinalIgnoreCase);

    private static string CommonName(X509Certificate2 certificate) => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    // What stands behind the first dot; a name without one is its own domain.
    private static string Domain(string name) => name[(name.IndexOf('.') + 1)..];

    private string Build(X509Certificate2 presented, X509Certificate2Collection sent, X509RevocationMode revocation)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(own.Trusted);
        chain.ChainPolicy.ExtraStore.AddRange(sent);
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.RevocationMode = revocation;
        chain.ChainPolicy.RevocationFlag = X509RevocationFlag.EndCertificateOnly;
        chain.ChainPolicy.UrlRetrievalTimeout = times.Revocation;
        bool isGood = chain.Build(presented);
        if (isGood && chain.ChainElements.Count > LongestChain)
        {
            return "certificate chain too long";
        }

        return isGood ? ""
            : chain.ChainStatus.Any(static status => status.Status == X509ChainStatusFlags.Revoked) ? nameof(X509ChainStatusFlags.Revoked)
            : string.Join(", ", chain.ChainStatus.Select(static status => status.StatusInformation.Trim().TrimEnd('.')).Distinct());
    }
}
