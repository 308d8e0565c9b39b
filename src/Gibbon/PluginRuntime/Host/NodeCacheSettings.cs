using Gibbon.Settings;

namespace Gibbon.PluginRuntime.Host;

/// <summary>How long and how much the node's cache keeps: Kong's <c>db_cache_*</c> settings. Zero is for ever.</summary>
internal sealed record NodeCacheSettings
{
    /// <summary><c>db_cache_ttl</c>.</summary>
    public TimeSpan TimeToLive { get; init; }

    /// <summary><c>db_cache_neg_ttl</c>.</summary>
    public TimeSpan NegativeTimeToLive { get; init; }

    /// <summary><c>db_resurrect_ttl</c>: how long an expired value serves on when it cannot be loaded.</summary>
    public TimeSpan ResurrectTimeToLive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many values are kept, about.</summary>
    public int MostItems { get; init; } = Most;

    // Kong keeps at most so many unpacked, and as many packed ones as fit into mem_cache_size: a credential takes about this much.
    private const int Most = 500_000;
    private const int BytesPerItem = 256;

    public static NodeCacheSettings From(CacheSettings settings) => new()
    {
        TimeToLive = settings.Ttl,
        NegativeTimeToLive = settings.NegativeTtl,
        ResurrectTimeToLive = settings.ResurrectTtl,
        MostItems = (int)Math.Clamp(settings.MemorySize / BytesPerItem, 1, Most),
    };
}
