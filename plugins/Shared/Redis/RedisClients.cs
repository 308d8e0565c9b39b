using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared.Redis;

/// <summary>The clients of a plugin, one for each server that its configurations name.</summary>
sealed class RedisClients
{
    readonly Dictionary<RedisConfig, RedisClient> clients = [];

    /// <summary>The client of a server, made by the first who asks.</summary>
    public IRedis For(PluginHost host, RedisConfig config)
    {
        lock (clients)
        {
            if (!clients.TryGetValue(config, out var client))
                clients[config] = client = new RedisClient(host, config);

            return client;
        }
    }

    /// <summary>Lets go of servers that no configuration names any more.</summary>
    public async ValueTask KeepAsync(IEnumerable<RedisConfig> named)
    {
        List<RedisClient> gone = [];
        lock (clients)
        {
            foreach (var config in clients.Keys.Except(named).ToArray())
                if (clients.Remove(config, out var client))
                    gone.Add(client);
        }

        foreach (var client in gone)
            await client.DisposeAsync();
    }
}
