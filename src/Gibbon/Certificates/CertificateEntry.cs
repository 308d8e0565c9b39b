using System.Collections.Immutable;

namespace Gibbon.Certificates;

/// <summary>What became of one entity: its text, and the loaded certificates or the problem.</summary>
internal sealed class CertificateEntry(ImmutableArray<PemPair> pems, CertificateSet? set, string? problem)
{
    public ImmutableArray<PemPair> Pems { get; } = pems;

    public string? Problem { get; } = problem;

    public CertificateLookup Lookup { get; } = new(set, problem);

    /// <summary>
    /// Loads an entity's pairs, and takes from <paramref name="known"/> those it holds with the same text. One bad pair beside a good one
    /// costs only itself.
    /// </summary>
    public static CertificateEntry Load(ImmutableArray<PemPair> pems, CertificateEntry? known)
    {
        if (known is not null && pems.SequenceEqual(known.Pems)) return known;

        var loaded = ImmutableArray.CreateBuilder<LoadedCertificate>(pems.Length);
        string? problem = null;
        foreach (PemPair pem in pems)
        {
            LoadedCertificate? certificate = known?.Held(pem);
            if (certificate is null)
            {
                certificate = LoadedCertificate.Load(pem, out string? why);
                problem ??= why;
            }

            if (certificate is not null) loaded.Add(certificate);
        }

        return new CertificateEntry(pems, loaded.Count > 0 ? new CertificateSet(loaded.ToImmutable()) : null, problem);
    }

    private LoadedCertificate? Held(PemPair pem)
    {
        if (Lookup.Set is null) return null;

        foreach (LoadedCertificate certificate in Lookup.Set.Certificates)
        {
            if (certificate.Pem == pem) return certificate;
        }

        return null;
    }
}
