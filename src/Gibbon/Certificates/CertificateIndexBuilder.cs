using System.Collections.Immutable;

namespace Gibbon.Certificates;

/// <summary>Changes made to a <see cref="CertificateIndex"/>; the cost follows the number of changes, not the size of the index.</summary>
internal sealed class CertificateIndexBuilder
{
    private readonly ImmutableDictionary<string, Guid>.Builder _names;
    private readonly ImmutableDictionary<Guid, CertificateEntry>.Builder _certificates;
    private readonly CertificateIndex _origin;
    private CertificateEntry _defaults;

    internal CertificateIndexBuilder(CertificateIndex origin)
    {
        _origin = origin;
        _names = origin.Names.ToBuilder();
        _certificates = origin.Certificates.ToBuilder();
        _defaults = origin.Defaults;
    }

    /// <summary>Sets what clients see whose name matches no SNI: the pairs of <c>ssl_cert</c> and <c>ssl_cert_key</c>.</summary>
    public void SetDefaults(ImmutableArray<PemPair> pairs) => _defaults = CertificateEntry.Of(pairs, _defaults, areChecked: false);

    /// <summary>Adds or replaces a certificate; one whose text did not change stays loaded.</summary>
    /// <param name="id">The id of its entity.</param>
    /// <param name="pair">The certificate and its key.</param>
    /// <param name="alternative">The second pair, of another kind.</param>
    /// <param name="isChecked">Whether somebody has found out that they are certificates and their keys; if not, that is found out here.</param>
    public void SetCertificate(Guid id, PemPair pair, PemPair? alternative = null, bool isChecked = false) =>
        _certificates[id] = CertificateEntry.Of(
            alternative is { } other ? [pair, other] : [pair],
            _origin.Certificates.GetValueOrDefault(id),
            isChecked);

    public void RemoveCertificate(Guid id) => _certificates.Remove(id);

    public void SetName(string name, Guid certificate) => _names[name] = certificate;

    public void RemoveName(string name) => _names.Remove(name);

    /// <summary>Forgets all names and certificates, to be given anew; those given again with the same text stay loaded.</summary>
    public void Clear()
    {
        _names.Clear();
        _certificates.Clear();
    }

    /// <summary>The changed index; the original one when nothing changed.</summary>
    public CertificateIndex Build()
    {
        ImmutableDictionary<string, Guid> names = _names.ToImmutable();
        ImmutableDictionary<Guid, CertificateEntry> certificates = _certificates.ToImmutable();
        return ReferenceEquals(names, _origin.Names)
            && ReferenceEquals(certificates, _origin.Certificates)
            && ReferenceEquals(_defaults, _origin.Defaults)
            ? _origin
            : new CertificateIndex(names, certificates, _defaults);
    }
}
