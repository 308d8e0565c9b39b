using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Certificates;

/// <summary>The answer to "whom to trust": a collection, or the reason why there is none.</summary>
internal sealed record TrustLookup(IReadOnlyList<Guid> Ids, X509Certificate2Collection? Trusted, string? Problem);
