using System.Collections.Immutable;
using Gibbon.Pdk;

namespace Gibbon.Plugins.ProxyCache;

/// <summary>What the Admin API offers to look into the cache and to purge it.</summary>
sealed class CacheEndpoints(ResponseMemories memories)
{
    static readonly EndpointResponse NotFound = EndpointResponse.Message(404, "Not found");
    static readonly EndpointResponse Done = new(204);

    /// <summary>The endpoints.</summary>
    public ImmutableArray<PluginEndpoint> All =>
    [
        new("DELETE", "/proxy-cache", async (request, _) => await FlushAsync(request)),
        new("GET", "/proxy-cache/:cache_key", async (request, _) => await SearchAsync(request, purge: false)),
        new("DELETE", "/proxy-cache/:cache_key", async (request, _) => await SearchAsync(request, purge: true)),
        new("GET", "/proxy-cache/:plugin_id/caches/:cache_key", async (request, _) => await OfPluginAsync(request, purge: false)),
        new("DELETE", "/proxy-cache/:plugin_id/caches/:cache_key", async (request, _) => await OfPluginAsync(request, purge: true)),
    ];

    async ValueTask<EndpointResponse> FlushAsync(EndpointRequest request)
    {
        var purge = new CachePurge(request.Host, memories);
        await foreach (var (id, memory) in purge.EachAsync())
        {
            memory.Clear();
            await purge.TellAsync(id, null, request.Log);
        }

        return Done;
    }

    async ValueTask<EndpointResponse> SearchAsync(EndpointRequest request, bool purge)
    {
        var purging = new CachePurge(request.Host, memories);
        await foreach (var (id, memory) in purging.EachAsync())
            if (await AnswerAsync(purging, id, memory, request, purge) is { } answer)
                return answer;

        return NotFound;
    }

    async ValueTask<EndpointResponse> OfPluginAsync(EndpointRequest request, bool purge)
    {
        var purging = new CachePurge(request.Host, memories);
        var id = request.Parameters["plugin_id"];
        return await purging.FindAsync(id) is { } memory && await AnswerAsync(purging, id, memory, request, purge) is { } answer
            ? answer
            : NotFound;
    }

    static async ValueTask<EndpointResponse?> AnswerAsync(CachePurge purging, string id, ResponseMemory memory, EndpointRequest request, bool purge)
    {
        var key = request.Parameters["cache_key"];
        if (!purge)
            return memory.TryGet(key, out var kept) ? EndpointResponse.Json(200, kept.ToValue(withBody: true)) : null;

        if (!memory.Remove(key))
            return null;

        await purging.TellAsync(id, key, request.Log);
        return Done;
    }
}
