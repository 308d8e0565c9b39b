using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.ProxyCache;

/// <summary>Tells the other nodes what was purged here, and purges what others tell: <c>plugin:key</c>, or <c>plugin:nil</c> for everything.</summary>
sealed class CachePurge(PluginHost host, ResponseMemories memories)
{
    const string Channel = "proxy-cache:purge";
    const string Everything = "nil";

    /// <summary>Begins to listen.</summary>
    public void Listen() => host.ClusterEvents.Subscribe(Channel, data => host.Timers.At(TimeSpan.Zero, _ => PurgeAsync(data)));

    /// <summary>Tells the other nodes.</summary>
    /// <param name="pluginId">The configuration whose memory is meant.</param>
    /// <param name="key">The response; <c>null</c> for all.</param>
    /// <param name="log">Where it is said that it could not be done.</param>
    public async ValueTask TellAsync(string pluginId, string? key, PluginLogger log)
    {
        var told = await host.ClusterEvents.BroadcastAsync(Channel, $"{pluginId}:{key ?? Everything}");
        if (!told.IsOk)
            log.Err($"failed broadcasting proxy cache purge to cluster: {told.Error}");
    }

    /// <summary>The configurations of this plugin, of every scope.</summary>
    public async IAsyncEnumerable<(string Id, ResponseMemory Memory)> EachAsync()
    {
        await foreach (var plugin in host.Entities("plugins")!.EachAsync(options: new EntityOptions { AllWorkspaces = true }))
            if (plugin.GetString("name") == "proxy-cache" && plugin.GetString("id") is { } id)
                yield return (id, MemoryOf(plugin));
    }

    /// <summary>The memory of a configuration; <c>null</c> if there is no such configuration.</summary>
    public async ValueTask<ResponseMemory?> FindAsync(string pluginId) =>
        Guid.TryParse(pluginId, out var id) && (await host.Entities("plugins")!.SelectAsync(id)).Value is { } plugin
        && plugin.GetString("name") == "proxy-cache" ? MemoryOf(plugin) : null;

    async ValueTask PurgeAsync(string data)
    {
        var colon = data.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || await FindAsync(data[..colon]) is not { } memory)
            return;

        if (data[(colon + 1)..] is var key and not Everything)
            memory.Remove(key);
        else
            memory.Clear();
    }

    ResponseMemory MemoryOf(ValueMap plugin) =>
        memories.Get(host, plugin.GetMap("config")?.GetMap("memory")?.GetString("dictionary_name") ?? new MemoryConfig().DictionaryName);
}
