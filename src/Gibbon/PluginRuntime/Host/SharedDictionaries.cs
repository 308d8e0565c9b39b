using System.Collections.Concurrent;
using System.Collections.Immutable;
using Gibbon.Pdk;

namespace Gibbon.PluginRuntime.Host;

/// <summary>The shared dictionaries of the process, by name. They outlive a reload: counters go on counting.</summary>
internal sealed class SharedDictionaries(TimeProvider time)
{
    private const long Mebibyte = 1024 * 1024;

    // What a counter with its key takes, about.
    private const long BytesPerKey = 128;

    /// <summary>Kong's, with the sizes it gives them; those of 0 are as large as the cache (<c>mem_cache_size</c>).</summary>
    private static readonly (string Name, long Mebibytes)[] s_known =
    [
        ("kong", 5), ("kong_cluster_events", 5), ("kong_core_db_cache", 0), ("kong_core_db_cache_miss", 12), ("kong_db_cache", 0),
        ("kong_db_cache_miss", 12), ("kong_healthchecks", 5), ("kong_locks", 8), ("kong_rate_limiting_counters", 12), ("kong_secrets", 5),
        ("prometheus_metrics", 5),
    ];

    private readonly ConcurrentDictionary<string, SharedDictionary> _byName = new(StringComparer.Ordinal);

    public ISharedDictionary Get(string name) => _byName.GetOrAdd(name, static (_, time) => new SharedDictionary(time), time);

    /// <summary>
    /// How large they are. Monitoring knows Kong's by name, so they are listed whether or not something here uses them; ours grow as they need.
    /// </summary>
    /// <param name="cacheBytes">The setting <c>mem_cache_size</c>.</param>
    /// <param name="declared">Those of the setting <c>nginx_http_lua_shared_dict</c>, with their sizes in bytes.</param>
    public ImmutableSortedDictionary<string, DictionaryMemory> Statistics(long cacheBytes, ImmutableArray<KeyValuePair<string, long>> declared)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, DictionaryMemory>(StringComparer.Ordinal);
        foreach ((string name, long mebibytes) in s_known)
        {
            all[name] = new DictionaryMemory(mebibytes == 0 ? cacheBytes : mebibytes * Mebibyte, 0);
        }

        foreach ((string name, long bytes) in declared)
        {
            all[name] = new DictionaryMemory(bytes, 0);
        }

        foreach ((string name, SharedDictionary dictionary) in _byName)
        {
            long allocated = dictionary.Count * BytesPerKey;
            long capacity = all.TryGetValue(name, out DictionaryMemory? known) ? known.CapacityBytes : SharedDictionary.DefaultMostKeys * BytesPerKey;
            all[name] = new DictionaryMemory(Math.Max(capacity, allocated), allocated);
        }

        return all.ToImmutable();
    }
}
