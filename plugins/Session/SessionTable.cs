using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Session;

/// <summary>The sessions in the database, through the node's cache.</summary>
static class SessionTable
{
    /// <summary>The payload of a session.</summary>
    /// <returns><c>null</c> if there is no such session.</returns>
    public static async ValueTask<string?> FindAsync(PluginHost host, string id) =>
        await RowAsync(host, id) is { Data: { } data } && ValueJson.TryRead(System.Text.Encoding.UTF8.GetBytes(data), out var list, out _)
            ? (list as ValueList)?.ElementAtOrDefault(0) as string
            : null;

    /// <summary>Stores a session. The one that it renews is accepted for a while, for requests that are on their way.</summary>
    /// <param name="host">The gateway.</param>
    /// <param name="id">The session's id.</param>
    /// <param name="payload">What is in it.</param>
    /// <param name="ttl">How long it lasts, in seconds.</param>
    /// <param name="oldId">The id of the session it renews, if there is one.</param>
    /// <param name="staleTtl">How long that one is accepted, in seconds; <c>null</c> takes it out.</param>
    public static async ValueTask StoreAsync(PluginHost host, string id, string payload, long ttl, string? oldId, long? staleTtl)
    {
        var sessions = host.Entities<SessionRecord>();
        var now = host.Time.GetUtcNow().ToUnixTimeSeconds();
        var data = System.Text.Encoding.UTF8.GetString(ValueJson.Write(new ValueList { payload }));
        var stored = await sessions.InsertAsync(
            new SessionRecord { SessionId = id, Data = data, Expires = now + ttl },
            new EntityOptions { TimeToLive = TimeSpan.FromSeconds(ttl) });
        if (!stored.IsOk)
            host.Logger("session").Notice(stored.Error.ToString());

        if (oldId is null || await RowAsync(host, oldId) is not { } old)
            return;

        if (staleTtl is { } stale)
            await sessions.UpdateAsync(
                old.Id,
                new ValueMap { ["expires"] = now + stale },
                new EntityOptions { TimeToLive = TimeSpan.FromSeconds(Math.Max(1, stale)) });
        else
            await sessions.DeleteAsync(old.Id);
    }

    /// <summary>Takes a session out.</summary>
    public static async ValueTask DeleteAsync(PluginHost host, string id)
    {
        if (await RowAsync(host, id) is { } row)
            await host.Entities<SessionRecord>().DeleteAsync(row.Id);
    }

    static async ValueTask<SessionRecord?> RowAsync(PluginHost host, string id)
    {
        var sessions = host.Entities<SessionRecord>();
        var found = await host.Cache.GetAsync(sessions.CacheKey(id), (sessions, id), static async (search, cancellation) =>
        {
            var row = await search.sessions.SelectByAsync("session_id", search.id, new EntityOptions { Cancellation = cancellation });
            return row.IsOk ? row.Value : CacheEntry<SessionRecord>.Failure(row.Error.ToString());
        });
        return found.IsOk ? found.Value : null;
    }
}
