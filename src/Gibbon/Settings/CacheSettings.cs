using System.Collections.Immutable;

namespace Gibbon.Settings;

/// <summary>The cache over the database, and how changes of other nodes are noticed.</summary>
internal sealed record CacheSettings
{
    /// <summary>In bytes.</summary>
    public required long MemorySize { get; init; }

    /// <summary>Between polls for changes of other nodes.</summary>
    public required TimeSpan UpdateFrequency { get; init; }

    /// <summary>Extra wait for replication lag.</summary>
    public required TimeSpan UpdatePropagation { get; init; }

    /// <summary>Zero: until invalidated.</summary>
    public required TimeSpan Ttl { get; init; }
    public required TimeSpan NegativeTtl { get; init; }

    /// <summary>How long a stale value serves while the database is down.</summary>
    public required TimeSpan ResurrectTtl { get; init; }

    public required ImmutableArray<string> WarmupEntities { get; init; }

    /// <summary>Between removals of expired rows.</summary>
    public required TimeSpan TtlCleanupInterval { get; init; }

    public static CacheSettings From(SettingReader read) => new()
    {
        MemorySize = read.Size("mem_cache_size"),
        UpdateFrequency = read.Seconds("db_update_frequency"),
        UpdatePropagation = read.Seconds("db_update_propagation"),
        Ttl = read.Seconds("db_cache_ttl"),
        NegativeTtl = read.OptionalSeconds("db_cache_neg_ttl") ?? read.Seconds("db_cache_ttl"),
        ResurrectTtl = read.Seconds("db_resurrect_ttl"),
        WarmupEntities = read.List("db_cache_warmup_entities"),
        TtlCleanupInterval = read.Seconds("_debug_pg_ttl_cleanup_interval"),
    };
}
