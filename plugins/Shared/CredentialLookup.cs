using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared;

/// <summary>Finds stored credentials by what the client sent, through the node's cache. That there is none is cached as well.</summary>
/// <typeparam name="T">The credential's entity.</typeparam>
/// <param name="field">The unique field that is searched, which is also the entity's cache key.</param>
/// <param name="options">How long credentials are cached.</param>
sealed class CredentialLookup<T>(string field, CacheOptions options = default)
    where T : class, ICredentialEntity
{
    volatile Source? lastSource;

    /// <summary>Finds a credential.</summary>
    /// <param name="host">The gateway.</param>
    /// <param name="value">The value of the field.</param>
    /// <returns>The credential; <c>null</c> if there is none.</returns>
    /// <exception cref="InvalidOperationException">The store cannot be read.</exception>
    public ValueTask<T?> FindAsync(PluginHost host, string value)
    {
        var entities = EntitiesOf(host);
        var key = entities.CacheKey(value);
        if (host.Cache.TryGet(key, out var known))
            return ValueTask.FromResult((T?)known);

        var cached = host.Cache.GetAsync(key, new Search(entities, field, value), LoadAsync, options);
        return cached.IsCompletedSuccessfully ? ValueTask.FromResult(Checked(cached.Result)) : Await(cached);

        static async ValueTask<T?> Await(ValueTask<Result<T?>> cached) => Checked(await cached);
    }

    // Nearly always there is one gateway in the process, and one is asked for as often as there are requests.
    IEntityAccess<T> EntitiesOf(PluginHost host)
    {
        if (lastSource is { } last && last.Host == host)
            return last.Entities;

        var source = new Source(host, host.Entities<T>());
        lastSource = source;
        return source.Entities;
    }

    static async ValueTask<CacheEntry<T>> LoadAsync(Search search, CancellationToken cancellation)
    {
        var found = await search.Entities.SelectByAsync(search.Field, search.Value, new EntityOptions { Cancellation = cancellation });
        if (!found.IsOk)
            return CacheEntry<T>.Failure(found.Error.ToString());

        return found.Value switch
        {
            { Remaining: { } remaining } when remaining <= TimeSpan.Zero => null,
            { Remaining: { } remaining } credential => CacheEntry<T>.For(credential, remaining),
            var credential => credential,
        };
    }

    static T? Checked(Result<T?> found) => found.IsOk ? found.Value : throw new InvalidOperationException(found.Error);

    sealed record Source(PluginHost Host, IEntityAccess<T> Entities);

    readonly record struct Search(IEntityAccess<T> Entities, string Field, string Value);
}
