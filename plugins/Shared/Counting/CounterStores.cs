using System.Runtime.CompilerServices;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Redis;

namespace Gibbon.Plugins.Shared.Counting;

/// <summary>Where a limiting plugin counts, by the policy of each configuration.</summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
/// <typeparam name="TMetric">The entity whose rows policy <c>cluster</c> counts with.</typeparam>
/// <param name="plugin">The plugin's name, for its log.</param>
/// <param name="redisPrefix">What the keys in Redis begin with.</param>
/// <param name="rowsExpire">Whether rows in the database vanish when their period is over.</param>
sealed class CounterStores<TConfig, TMetric>(string plugin, string redisPrefix, bool rowsExpire)
    where TConfig : class, ICountingConfig
    where TMetric : CounterMetric
{
    static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(10);

    readonly RedisClients servers = new();
    readonly ConditionalWeakTable<TConfig, ICounterStore> stores = [];

    /// <summary>The counters of this node.</summary>
    public LocalCounters Local { get; } = new();

    /// <summary>The plugin's log; set when it has started.</summary>
    public PluginLogger? Log { get; private set; }

    /// <summary>Counts that are over are forgotten from now on.</summary>
    public void Start(PluginHost host)
    {
        Log = host.Logger(plugin);
        host.Timers.Every(SweepInterval, _ =>
        {
            Local.Sweep(host.Time.GetUtcNow().ToUnixTimeSeconds());
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Lets go of servers that no configuration names any more.</summary>
    public ValueTask KeepAsync(IReadOnlyList<TConfig> configs) =>
        servers.KeepAsync(configs.Where(static config => config.Policy == Policy.Redis).Select(static config => config.Redis));

    /// <summary>Where this configuration has its counts.</summary>
    public ICounterStore For(PluginHost host, TConfig config) =>
        stores.TryGetValue(config, out var store) ? store : stores.GetOrAdd(config, Make(host, config));

    ICounterStore Make(PluginHost host, TConfig config) => config.Policy switch
    {
        Policy.Cluster => new ClusterCounters<TMetric>(host.Entities<TMetric>(), rowsExpire),
        Policy.Redis when config.SyncRate >= 0 =>
            new SyncedCounters(host, servers.For(host, config.Redis), redisPrefix, TimeSpan.FromSeconds(config.SyncRate), Log!),
        Policy.Redis => new RedisCounters(servers.For(host, config.Redis), redisPrefix),
        _ => new LocalCounterStore(Local, host.Time),
    };
}
