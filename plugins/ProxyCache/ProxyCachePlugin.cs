using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.ProxyCache;

/// <summary>Keeps responses of services and answers later requests with them.</summary>
sealed class ProxyCachePlugin : Plugin<ProxyCacheConfig>
{
    const string Age = "age";
    const string Status = "X-Cache-Status";
    const string Key = "X-Cache-Key";

    static readonly TimeSpan Forever = TimeSpan.FromDays(365_000);

    readonly ResponseMemories memories = new();

    public override string Name => "proxy-cache";

    public override int Priority => 100;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols => [.. HttpProtocols, .. StreamProtocols];

    public override ImmutableArray<PluginEndpoint> AdminEndpoints => new CacheEndpoints(memories).All;

    public override ValueTask InitWorkerAsync(PluginHost host)
    {
        new CachePurge(host, memories).Listen();
        return ValueTask.CompletedTask;
    }

    public override ValueTask AccessAsync(RequestContext context, ProxyCacheConfig config)
    {
        var request = context.Request;
        var wishes = config.CacheControl ? Directives.Of(request.GetHeaders()["cache-control"]) : null;
        if (!config.RequestMethod.Contains(request.Method) || (wishes is not null && (wishes.Has("no-store") || wishes.Has("no-cache"))))
        {
            Tell(context, config.ResponseHeaders.Status, Status, "Bypass");
            return ValueTask.CompletedTask;
        }

        var key = CacheKey.Of(context, config);
        Tell(context, config.ResponseHeaders.Key, Key, key);
        if (!Memory(context, config).TryGet(key, out var kept) || !kept.Fits(request))
            return wishes?.Has("only-if-cached") == true ? context.Response.Exit(504) : MissAsync(context, config, key);

        var age = context.Host.Time.GetUtcNow().ToUnixTimeSeconds() - kept.Timestamp;
        if (IsFresh(config, wishes, kept, age))
            return Answer(context, config, kept, key, age);

        context.State<Pending>().Key = key;
        Tell(context, config.ResponseHeaders.Status, Status, "Refresh");
        return ValueTask.CompletedTask;
    }

    public override ValueTask HeaderFilterAsync(RequestContext context, ProxyCacheConfig config)
    {
        if (context.ExistingState<Pending>() is not { Key: not null } pending)
            return ValueTask.CompletedTask;

        var headers = context.Response.GetRawHeaders(1000);
        var now = context.Host.Time.GetUtcNow().ToUnixTimeSeconds();
        if (Storability.Judge(context, config, headers, now) is { } ttl)
        {
            pending.Headers = headers;
            pending.Ttl = ttl;
            pending.Varies = config.CacheControl ? Storability.Varies(context.Request, headers) : [];
        }
        else
        {
            pending.Key = null;
            Tell(context, config.ResponseHeaders.Status, Status, "Bypass");
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask BodyFilterAsync(RequestContext context, BodyChunk chunk, ProxyCacheConfig config)
    {
        if (context.ExistingState<Pending>() is not { Key: { } key, Headers: { } headers } pending)
            return ValueTask.CompletedTask;

        pending.Body.Write(chunk.Data.Span);
        if (!chunk.IsLast)
            return ValueTask.CompletedTask;

        pending.Key = null;
        if (IsWhole(context.Request.Method, headers, pending.Body.WrittenCount))
        {
            var now = context.Host.Time.GetUtcNow().ToUnixTimeSeconds();
            var response = new StoredResponse(
                context.Response.Status, headers, pending.Body.WrittenSpan.ToArray(), now, pending.Ttl, pending.RequestBody, pending.Varies);
            Memory(context, config).Put(key, response, config.StorageTtl == 0 ? Forever : TimeSpan.FromSeconds(config.StorageTtl ?? pending.Ttl));
        }

        return ValueTask.CompletedTask;
    }

    ResponseMemory Memory(RequestContext context, ProxyCacheConfig config) => memories.Get(context.Host, config.Memory.DictionaryName);

    static async ValueTask MissAsync(RequestContext context, ProxyCacheConfig config, string key)
    {
        var body = await context.Request.GetRawBodyAsync();
        var pending = context.State<Pending>();
        pending.Key = key;
        pending.RequestBody = body.Error is null ? body.Value.ToArray() : null;
        Tell(context, config.ResponseHeaders.Status, Status, "Miss");
    }

    /// <summary>Whether a kept response is fresh enough, for the client where it may say so.</summary>
    static bool IsFresh(ProxyCacheConfig config, Directives? wishes, StoredResponse kept, long age) => wishes is null
        ? age <= (config.CacheTtl ?? 300)
        : !(age > wishes.Seconds("max-age") || age - kept.Ttl > wishes.Seconds("max-stale") || kept.Ttl - age < wishes.Seconds("min-fresh"));

    static ValueTask Answer(RequestContext context, ProxyCacheConfig config, StoredResponse kept, string key, long age)
    {
        context.Shared["proxy_cache_hit"] = new ValueMap
        {
            ["res"] = kept.ToValue(withBody: false),
            ["req"] = new ValueMap { ["body"] = kept.RequestBody is { } body ? System.Text.Encoding.UTF8.GetString(body) : null },
            ["server_addr"] = context.Client.Connection.LocalAddress.ToString(),
        };
        Tell(context, config.ResponseHeaders.Age, Age, Math.Max(0, age).ToString(CultureInfo.InvariantCulture));
        Tell(context, config.ResponseHeaders.Status, Status, "Hit");
        context.Response.MarkAsProxied();
        return context.Response.Exit(kept.Status, kept.Body.AsMemory(), kept.Replayed);
    }

    /// <summary>A response that broke off is not kept.</summary>
    static bool IsWhole(string method, HeaderMap headers, int length) =>
        method == "HEAD" || headers["content-length"].First is not { } said || said == length.ToString(CultureInfo.InvariantCulture);

    /// <summary>Tells the client something about the cache, if the configuration or the client wants it.</summary>
    static void Tell(RequestContext context, bool? wanted, string name, string value)
    {
        if (wanted == true || context.Request.HasHeader("kong-debug"))
            context.Response.SetHeader(name, value);
    }
}
