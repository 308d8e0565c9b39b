namespace Gibbon.Certificates;

/// <summary>The answer to "which certificate": a set, or the reason why there is none.</summary>
internal readonly record struct CertificateLookup(CertificateSet? Set, string? Problem);
