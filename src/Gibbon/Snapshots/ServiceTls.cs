using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;

namespace Gibbon.Snapshots;

/// <summary>What a service says about TLS with it. What it leaves open is null: the settings decide.</summary>
/// <param name="Verify">Whether the service's certificate must be trusted.</param>
/// <param name="VerifyDepth">The most intermediates its chain may have.</param>
/// <param name="TrustStore">The authorities that are trusted.</param>
/// <param name="ClientCertificate">The certificate shown to the service.</param>
internal sealed record ServiceTls(bool? Verify, int? VerifyDepth, X509Certificate2Collection? TrustStore, LoadedCertificate? ClientCertificate);
