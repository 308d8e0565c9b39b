using System.Collections.Immutable;

namespace Gibbon.Certificates;

/// <summary>
/// The pairs of one entity, and what became of them. Of thousands only those are loaded that somebody asks for: to load a key takes milliseconds, of which one more
/// does not count in a handshake.
/// </summary>
internal sealed class CertificateEntry
{
    private readonly ImmutableArray<PendingCertificate> _pairs;
    private readonly Lazy<CertificateLookup> _lookup;

    private CertificateEntry(ImmutableArray<PendingCertificate> pairs, string? problem = null)
    {
        _pairs = pairs;
        _lookup = new Lazy<CertificateLookup>(() => LoadAll(pairs, problem));
    }

    /// <summary>The certificates; loads them when nobody has yet.</summary>
    public CertificateLookup Lookup => _lookup.Value;

    /// <summary>What is wrong with a pair, as far as it is known by now.</summary>
    public string? Problem => _lookup.IsValueCreated ? _lookup.Value.Problem : null;

    /// <summary>No certificate, and why.</summary>
    public static CertificateEntry None(string problem) => new([], problem);

    /// <summary>Takes an entity's pairs, and from <paramref name="known"/> what it has with the same text.</summary>
    /// <param name="pems">The pairs.</param>
    /// <param name="known">What the entity was before.</param>
    /// <param name="areChecked">Whether somebody has found out that each is a certificate and its key. What nobody has is loaded at once, so that a problem is known.</param>
    public static CertificateEntry Of(ImmutableArray<PemPair> pems, CertificateEntry? known, bool areChecked)
    {
        CertificateEntry entry = known is not null && known._pairs.Select(static pair => pair.Pem).SequenceEqual(pems)
            ? known
            : new CertificateEntry([.. pems.Select(pem => known?.Held(pem) ?? new PendingCertificate(pem))]);
        if (!areChecked || pems.Any(static pem => !pem.IsOfUsualKind))
        {
            _ = entry.Lookup;
        }

        return entry;
    }

    private PendingCertificate? Held(PemPair pem) => _pairs.FirstOrDefault(pair => pair.Pem == pem);

    // One bad pair beside a good one costs only itself.
    private static CertificateLookup LoadAll(ImmutableArray<PendingCertificate> pairs, string? problem)
    {
        ImmutableArray<LoadedCertificate> loaded = [.. pairs.Select(static pair => pair.Certificate).OfType<LoadedCertificate>()];
        return new CertificateLookup(
            loaded.IsEmpty ? null : new CertificateSet(loaded),
            problem ?? pairs.Select(static pair => pair.Problem).FirstOrDefault(static problem => problem is not null));
    }
}
