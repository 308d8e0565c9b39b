using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;

namespace Gibbon.Storage;

/// <summary>Fills the cache at the start with the kinds of entities that <c>db_cache_warmup_entities</c> names.</summary>
internal static class CacheWarmup
{
    /// <param name="storage">Where they are. Kinds that it has in memory anyway need nothing.</param>
    /// <param name="kinds">The kinds.</param>
    /// <param name="cacheOf">The cache that holds a kind.</param>
    /// <param name="most">How many entities the caches have room for.</param>
    /// <param name="log">Where it is said that they were not all.</param>
    public static async Task RunAsync(NodeStorage storage, IEnumerable<string> kinds, Func<string, INodeCache> cacheOf, int most, ErrorLog log)
    {
        int held = 0;
        foreach (string kind in kinds.Where(kind => storage.HasDatabase && !LiveKinds.Has(kind)))
        {
            if (storage.Live.Schemas.Find(kind) is not { } schema)
            {
                log.Write(LogSeverity.Warn, $"[kong] {kind} is not a valid entity name, please check the value of 'db_cache_warmup_entities'");
                continue;
            }

            held = await FillAsync(storage, schema, cacheOf(kind), held, most, log).ConfigureAwait(false);
        }
    }

    private static async Task<int> FillAsync(NodeStorage storage, Schema schema, INodeCache cache, int held, int most, ErrorLog log)
    {
        EntityQuery query = new() { Size = 1000 };
        do
        {
            (EntityPage<object>? page, EntityError? error) = await storage.Entities.PageAsync(schema, query).ConfigureAwait(false);
            if (page is null)
            {
                log.Write(LogSeverity.Error, $"[kong] could not preload '{schema.Name}' into the cache: {error}");
                return held;
            }

            foreach (object entity in page.Entities)
            {
                if (held++ >= most)
                {
                    log.Write(LogSeverity.Warn, $"[kong] cache warmup has been stopped because cache memory is exhausted, '{schema.Name}' are not all in it");
                    return held;
                }

                ValueMap values = entity as ValueMap ?? Schema.Unbind(entity);
                CacheOptions options = values.Get("ttl") is long seconds ? new() { TimeToLive = TimeSpan.FromSeconds(Math.Max(1, seconds)) } : default;
                cache.Set(schema.CacheKeyOf(values, storage.Workspace.ToString()), entity, options);
            }

            query = query with { Offset = page.NextOffset };
        }
        while (query.Offset is not null);
        return held;
    }
}
