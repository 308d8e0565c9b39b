using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Redis;

namespace Gibbon.Plugins.Acme.Storage;

/// <summary>The places that configurations name.</summary>
sealed class AcmeStorages
{
    readonly RedisClients redis = new();

    /// <summary>The place of a configuration.</summary>
    public IAcmeStorage For(PluginHost host, AcmeConfig config)
    {
        var more = config.StorageConfig;
        return config.Storage switch
        {
            "kong" => new DatabaseStorage(host.Entities<AcmeStorageRow>()),
            "redis" => new RedisStorage(redis.For(host, more.Redis), more.Redis.ExtraOptions),
            "consul" => new ConsulStorage(host, more.Consul),
            "vault" => new HashiCorpStorage(host, more.Vault),
            _ => new MemoryStorage(host.SharedDictionary(more.Shm.ShmName ?? "kong")),
        };
    }

    /// <summary>Lets go of servers that no configuration names any more.</summary>
    public ValueTask KeepAsync(IReadOnlyList<AcmeConfig> configs) =>
        redis.KeepAsync(configs.Where(static config => config.Storage == "redis").Select(static config => (RedisConfig)config.StorageConfig.Redis));
}
