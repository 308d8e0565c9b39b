namespace Gibbon.Pdk;

/// <summary>
/// The cache of this node: Kong's <c>kong.cache</c>. Absence is cached as well as presence. Values are shared by all requests and must not
/// be changed.
/// </summary>
public interface INodeCache
{
    /// <summary>
    /// A value from the cache, or from its loader. Of many who ask at once for a value that is not there, one loads and all get it.
    /// </summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <typeparam name="TState">What the loader needs.</typeparam>
    /// <param name="key">The key, shared by all plugins: begin it with the plugin's name, or use an entity's cache key.</param>
    /// <param name="state">Passed to the loader.</param>
    /// <param name="loader">Loads the value; make it <c>static</c>. <c>null</c> is "there is none".</param>
    /// <param name="options">How long it is kept.</param>
    /// <returns>
    /// The value; a value of <c>null</c> if there is none; or <c>failed to get from node cache: …</c> if loading failed and no older value
    /// may be used.
    /// </returns>
    ValueTask<Result<T?>> GetAsync<T, TState>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<CacheEntry<T>>> loader,
        CacheOptions options = default)
        where T : class;

    /// <summary>A value that is there and has not expired. For request paths: nothing is made.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; <c>null</c> if it is known that there is none.</param>
    /// <returns>Whether the key is cached.</returns>
    bool TryGet(string key, out object? value);

    /// <summary>Looks without loading.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; <c>null</c> if it is known that there is none.</param>
    /// <param name="timeToLive">How long it is still kept; negative if it has expired, <see cref="Timeout.InfiniteTimeSpan"/> if for
    /// ever.</param>
    /// <returns>Whether the key is cached.</returns>
    bool Probe<T>(string key, out T? value, out TimeSpan timeToLive)
        where T : class;

    /// <summary>Loads a value whether or not it is cached.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <typeparam name="TState">What the loader needs.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="state">Passed to the loader.</param>
    /// <param name="loader">Loads the value; make it <c>static</c>.</param>
    /// <param name="options">How long it is kept.</param>
    /// <returns>As <see cref="GetAsync"/>.</returns>
    ValueTask<Result<T?>> RenewAsync<T, TState>(
        string key,
        TState state,
        Func<TState, CancellationToken, ValueTask<CacheEntry<T>>> loader,
        CacheOptions options = default)
        where T : class;

    /// <summary>Puts a value into the cache if none is there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; <c>null</c> is "there is none".</param>
    /// <param name="options">How long it is kept.</param>
    void Set(string key, object? value, CacheOptions options = default);

    /// <summary>Forgets a key, on this node and on every node that shares its database.</summary>
    /// <param name="key">The key.</param>
    void Invalidate(string key);

    /// <summary>Forgets a key on this node.</summary>
    /// <param name="key">The key.</param>
    void InvalidateLocal(string key);

    /// <summary>Forgets everything on this node.</summary>
    void Purge();
}
