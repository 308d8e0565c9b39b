using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acl;

/// <summary>The groups of consumers, through the node's cache.</summary>
static class GroupLookup
{
    /// <summary>The groups of a consumer.</summary>
    /// <param name="host">The gateway.</param>
    /// <param name="consumerId">The consumer.</param>
    /// <returns><c>null</c> if it is in none.</returns>
    /// <exception cref="InvalidOperationException">The store cannot be read.</exception>
    public static async ValueTask<GroupSet?> FindAsync(PluginHost host, Guid consumerId)
    {
        var acls = host.Entities<Acl>();
        var found = await host.Cache.GetAsync(acls.CacheKey(consumerId.ToString()), (acls, consumerId), LoadAsync);
        return found.IsOk ? found.Value : throw new InvalidOperationException(found.Error);
    }

    /// <summary>Forgets a consumer's groups when one of them changes: they are cached together, not under the key of each.</summary>
    /// <param name="host">The gateway.</param>
    public static void Watch(PluginHost host) => host.WorkerEvents.Register("crud", "acls", data =>
    {
        if (data is not EntityChange change)
            return;

        Forget(host, change.Entity);
        if (change.OldEntity is { } old)
            Forget(host, old);
    });

    static void Forget(PluginHost host, object entity)
    {
        var consumerId = entity switch
        {
            Acl acl => acl.Consumer.Id.ToString(),
            ValueMap map => map.GetMap("consumer")?.GetString("id"),
            _ => null,
        };
        if (consumerId is not null)
            host.Cache.Invalidate(host.Entities<Acl>().CacheKey(consumerId));
    }

    static async ValueTask<CacheEntry<GroupSet>> LoadAsync(
        (IEntityAccess<Acl> Acls, Guid ConsumerId) search,
        CancellationToken cancellation)
    {
        List<string> names = [];
        try
        {
            await foreach (var acl in search.Acls.EachForAsync("consumer", search.ConsumerId, cancellation: cancellation))
                names.Add(acl.Group);
        }
        catch (EntityException failure)
        {
            return CacheEntry<GroupSet>.Failure(failure.Message);
        }

        return names.Count == 0 ? null : new GroupSet(names);
    }
}
