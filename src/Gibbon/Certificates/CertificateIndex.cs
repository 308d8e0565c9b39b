using System.Collections.Immutable;

namespace Gibbon.Certificates;

/// <summary>
/// The certificates and server names of one snapshot. Immutable; a changed index (<see cref="ToBuilder"/>) shares everything that did not
/// change, above all the loaded certificates. An entity that cannot be loaded spoils only the names that point at it.
/// </summary>
internal sealed class CertificateIndex
{
    public static readonly CertificateIndex Empty = new(
        ImmutableDictionary<string, Guid>.Empty.WithComparers(StringComparer.OrdinalIgnoreCase),
        ImmutableDictionary<Guid, CertificateEntry>.Empty,
        CertificateEntry.None("no default certificate"));

    internal CertificateIndex(
        ImmutableDictionary<string, Guid> names,
        ImmutableDictionary<Guid, CertificateEntry> certificates,
        CertificateEntry defaults)
    {
        Names = names;
        Certificates = certificates;
        Defaults = defaults;
    }

    internal ImmutableDictionary<string, Guid> Names { get; }

    internal ImmutableDictionary<Guid, CertificateEntry> Certificates { get; }

    internal CertificateEntry Defaults { get; }

    /// <summary>Entities of which it is known that they cannot be loaded, with the reason; for the log.</summary>
    public IEnumerable<(Guid Id, string Problem)> Problems =>
        from pair in Certificates where pair.Value.Problem is not null select (pair.Key, pair.Value.Problem!);

    /// <summary>
    /// What to show a client that asks for <paramref name="serverName"/>: the exact name, else the name with its first label open, else
    /// with its last label open, else <c>*</c>, else the default. The first name that exists decides, even if its certificate is missing
    /// or broken; the handshake fails then.
    /// </summary>
    public CertificateLookup Find(string? serverName)
    {
        if (serverName is null || !ServerNames.IsValid(serverName)) return Default;

        return TryName(serverName, out CertificateLookup found)
            || TryName(ServerNames.WithFirstLabelOpen(serverName), out found)
            || TryName(ServerNames.WithLastLabelOpen(serverName), out found)
            || TryName(ServerNames.CatchAll, out found)
            ? found
            : Default;
    }

    /// <summary>Whether a set is what is shown for names that have no certificate of their own: that of <c>*</c>, else the default.</summary>
    public bool IsDefault(CertificateSet? set) =>
        ReferenceEquals(set, TryName(ServerNames.CatchAll, out CertificateLookup all) ? all.Set : Default.Set);

    /// <summary>A certificate by its entity's id, for a service's <c>client_certificate</c>.</summary>
    public CertificateLookup Find(Guid id) => Certificates.TryGetValue(id, out CertificateEntry? entry)
        ? entry.Lookup
        : new CertificateLookup(null, $"certificate {id} does not exist");

    public CertificateIndexBuilder ToBuilder() => new(this);

    private CertificateLookup Default => Defaults.Lookup;

    private bool TryName(string? name, out CertificateLookup found)
    {
        found = default;
        if (name is null || !Names.TryGetValue(name, out Guid id)) return false;

        found = Find(id);
        return true;
    }
}
