using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;

namespace Gibbon.Balancing.Probes;

/// <summary>Who probes are towards targets, and whom they trust.</summary>
/// <param name="ClientCertificate">The certificate shown; null for none.</param>
/// <param name="TrustStore">The authorities trusted; null for the system's.</param>
internal readonly record struct ProbeIdentity(LoadedCertificate? ClientCertificate, X509Certificate2Collection? TrustStore);
