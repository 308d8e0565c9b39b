using Gibbon.Pdk;

namespace Gibbon.Plugins.Shared;

/// <summary>Finds stored credentials by what the client sent, through the node's cache. That there is none is cached as well.</summary>
/// <typeparam name="T">The credential's entity.</typeparam>
/// <param name="field">The unique field that is searched, which is also the entity's cache key.</param>
/// <param name="options">How long credentials are cached.</param>
sealed class CredentialLookup<T>(string field, CacheOptions options = default)
    where T : class, ICredentialEntity
{
    /// <summary>Finds a credential.</summary>
    /// <param name="host">The gateway.</param>
    /// <param name="value">The value of the field.</param>
    /// <returns>The credential; <c>null</c> if there is none.</returns>
    /// <exception cref="InvalidOperationException">The store cannot be read.</exception>
    public ValueTask<T?> FindAsync(PluginHost host, string value)
    {
        var entities = host.Entities<T>();
        var cached = host.Cache.GetAsync(entities.CacheKey(value), new Search(entities, field, value), LoadAsync, options);
        return cached.IsCompletedSuccessfully ? ValueTask.FromResult(Checked(cached.Result)) : Await(cached);

        static async ValueTask<T?> Await(ValueTask<Result<T?>> cached) => Checked(await cached);
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

    readonly record struct Search(IEntityAccess<T> Entities, string Field, string Value);
}
