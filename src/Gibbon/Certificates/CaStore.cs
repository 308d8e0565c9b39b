using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gibbon.Certificates;

/// <summary>
/// The trusted authorities of one snapshot. A list of ids gives the same collection object again and again, also over snapshots as long as
/// none of its certificates changed: pools of upstream connections are told apart by it.
/// </summary>
internal sealed class CaStore
{
    public static readonly CaStore Empty = new(ImmutableDictionary<Guid, CaEntry>.Empty);

    private readonly ImmutableDictionary<Guid, CaEntry> _authorities;
    private readonly ConcurrentDictionary<string, TrustLookup> _lists = new(StringComparer.Ordinal);

    private CaStore(ImmutableDictionary<Guid, CaEntry> authorities) => _authorities = authorities;

    /// <summary>A store of these authorities (id and PEM), with what <paramref name="previous"/> has loaded already.</summary>
    public static CaStore Create(IEnumerable<(Guid Id, string Certificate)> authorities, CaStore previous)
    {
        ImmutableDictionary<Guid, CaEntry>.Builder builder = ImmutableDictionary.CreateBuilder<Guid, CaEntry>();
        foreach ((Guid id, string certificate) in authorities)
        {
            builder[id] = previous._authorities.TryGetValue(id, out CaEntry? known) && known.Text == certificate
                ? known
                : new CaEntry(certificate);
        }

        var store = new CaStore(builder.ToImmutable());
        foreach ((string key, TrustLookup list) in previous._lists)
        {
            if (store.HasSame(list, previous)) store._lists[key] = list;
        }

        return store;
    }

    /// <summary>The authorities of a <c>ca_certificates</c> list, or the reason why one of them is not to be had.</summary>
    public TrustLookup Find(IReadOnlyList<Guid> ids) =>
        _lists.GetOrAdd(string.Join(',', ids), static (_, state) => state.Store.Collect(state.Ids), (Store: this, Ids: ids));

    private TrustLookup Collect(IReadOnlyList<Guid> ids)
    {
        var collection = new X509Certificate2Collection();
        foreach (Guid id in ids)
        {
            if (!_authorities.TryGetValue(id, out CaEntry? entry))
            {
                return new TrustLookup(ids, null, $"CA certificate {id} does not exist");
            }

            if (entry.Certificate is null) return new TrustLookup(ids, null, $"CA certificate {id}: {entry.Problem}");
            collection.Add(entry.Certificate);
        }

        return new TrustLookup(ids, collection, null);
    }

    private bool HasSame(TrustLookup list, CaStore previous)
    {
        foreach (Guid id in list.Ids)
        {
            if (!ReferenceEquals(_authorities.GetValueOrDefault(id), previous._authorities.GetValueOrDefault(id))) return false;
        }

        return true;
    }

    // To read one takes part of a millisecond; of thousands only those are that somebody names.
    private sealed class CaEntry(string text)
    {
        private readonly Lazy<(X509Certificate2? Certificate, string? Problem)> _read = new(() => Read(text));

        public string Text { get; } = text;

        public X509Certificate2? Certificate => _read.Value.Certificate;

        public string? Problem => _read.Value.Problem;

        private static (X509Certificate2? Certificate, string? Problem) Read(string text)
        {
            try
            {
                return (X509Certificate2.CreateFromPem(text), null);
            }
            catch (CryptographicException e)
            {
                return (null, e.Message);
            }
        }
    }
}
