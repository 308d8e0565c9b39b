using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>
/// The stored entities of one type: Lua's <c>kong.db.&lt;name&gt;</c>. On a data plane or without a database everything that writes fails
/// with
/// <see cref="EntityErrorCode.OperationUnsupported"/>. Expired entities do not exist.
/// </summary>
/// <typeparam name="T">The entity's record.</typeparam>
public interface IEntityAccess<T>
    where T : class
{
    /// <summary>The schema of the type.</summary>
    Schema Schema { get; }

    /// <summary>The id by which the other members know an entity: its own, or where the type has none, one made of its primary key.</summary>
    /// <param name="primaryKey">The fields of the primary key, valid.</param>
    Guid IdOf(ValueMap primaryKey);

    /// <summary>Finds by id.</summary>
    /// <param name="id">The id.</param>
    /// <param name="options">How to look.</param>
    /// <returns>The entity; a value of <c>null</c> if there is none.</returns>
    ValueTask<EntityResult<T?>> SelectAsync(Guid id, EntityOptions options = default);

    /// <summary>Finds by a field that is unique: <c>username</c>, <c>name</c>, <c>key</c>.</summary>
    /// <param name="field">The field's name.</param>
    /// <param name="value">The field's value.</param>
    /// <param name="options">How to look.</param>
    /// <returns>The entity; a value of <c>null</c> if there is none.</returns>
    ValueTask<EntityResult<T?>> SelectByAsync(string field, object value, EntityOptions options = default);

    /// <summary>Finds by the text <see cref="CacheKey(T)"/> gives.</summary>
    /// <param name="cacheKey">The key.</param>
    /// <param name="options">How to look.</param>
    /// <returns>The entity; a value of <c>null</c> if there is none.</returns>
    ValueTask<EntityResult<T?>> SelectByCacheKeyAsync(string cacheKey, EntityOptions options = default);

    /// <summary>Reads a page.</summary>
    /// <param name="size">How many entities, 1 to 50000; 0 is 1000.</param>
    /// <param name="offset">Where the page before ended; <c>null</c> for the first.</param>
    /// <param name="options">How to look.</param>
    ValueTask<EntityResult<EntityPage<T>>> PageAsync(int size = 0, string? offset = null, EntityOptions options = default);

    /// <summary>Reads all, page by page.</summary>
    /// <param name="pageSize">How many entities at a time, 1 to 50000; 0 is 1000.</param>
    /// <param name="options">How to look.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EntityException">A page cannot be read.</exception>
    IAsyncEnumerable<T> EachAsync(int pageSize = 0, EntityOptions options = default, CancellationToken cancellation = default);

    /// <summary>Reads all that belong to another entity: the acls of a consumer.</summary>
    /// <param name="foreignField">The field that refers to the other entity: <c>consumer</c>.</param>
    /// <param name="foreignId">The other entity.</param>
    /// <param name="pageSize">How many entities at a time, 1 to 50000; 0 is 1000.</param>
    /// <param name="options">How to look.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EntityException">A page cannot be read.</exception>
    IAsyncEnumerable<T> EachForAsync(
        string foreignField,
        Guid foreignId,
        int pageSize = 0,
        EntityOptions options = default,
        CancellationToken cancellation = default);

    /// <summary>Reads a page of those that belong to another entity.</summary>
    /// <param name="foreignField">The field that refers to the other entity: <c>consumer</c>.</param>
    /// <param name="foreignId">The other entity.</param>
    /// <param name="size">How many entities, 1 to 50000; 0 is 1000.</param>
    /// <param name="offset">Where the page before ended; <c>null</c> for the first.</param>
    /// <param name="options">How to look.</param>
    ValueTask<EntityResult<EntityPage<T>>> PageForAsync(
        string foreignField,
        Guid foreignId,
        int size = 0,
        string? offset = null,
        EntityOptions options = default);

    /// <summary>Stores a new entity.</summary>
    /// <param name="entity">The entity; what it leaves open (id, times) is filled in.</param>
    /// <param name="options">How to store it.</param>
    /// <returns>The entity as stored.</returns>
    ValueTask<EntityResult<T>> InsertAsync(T entity, EntityOptions options = default);

    /// <summary>Changes fields of an entity.</summary>
    /// <param name="id">The id.</param>
    /// <param name="changes">The fields to change; <c>null</c> clears one.</param>
    /// <param name="options">How to store it.</param>
    /// <returns>The entity as stored, or <see cref="EntityErrorCode.NotFound"/>.</returns>
    ValueTask<EntityResult<T>> UpdateAsync(Guid id, ValueMap changes, EntityOptions options = default);

    /// <summary>Stores an entity under an id, whether or not one is there.</summary>
    /// <param name="id">The id.</param>
    /// <param name="entity">The entity; replaces what is there.</param>
    /// <param name="options">How to store it.</param>
    /// <returns>The entity as stored.</returns>
    ValueTask<EntityResult<T>> UpsertAsync(Guid id, T entity, EntityOptions options = default);

    /// <summary>Takes an entity out.</summary>
    /// <param name="id">The id.</param>
    /// <param name="options">How to look.</param>
    /// <returns>
    /// Whether it was there; it is no failure if it was not. Of several who take out the same entity at the same moment, on whatever node, one
    /// gets <c>true</c>.
    /// </returns>
    ValueTask<EntityResult<bool>> DeleteAsync(Guid id, EntityOptions options = default);

    /// <summary>
    /// Adds to a number of a row, and makes the row if it is not there; one step, whoever else does the same (counters of rate limits).
    /// </summary>
    /// <param name="key">The fields of the primary key, and what else a new row has.</param>
    /// <param name="field">The number's field.</param>
    /// <param name="amount">What is added.</param>
    /// <param name="options">How to store it; the time to live counts from the first addition.</param>
    /// <returns>The number after the addition.</returns>
    ValueTask<EntityResult<long>> IncrementAsync(ValueMap key, string field, long amount, EntityOptions options = default);

    /// <summary>
    /// The text that stands for an entity in caches: <c>keyauth_credentials:&lt;value&gt;:::::&lt;workspace&gt;</c>. Entities that are
    /// changed
    /// are invalidated under it.
    /// </summary>
    /// <param name="values">The values of the fields the type's cache key consists of, five at most.</param>
    string CacheKey(params ReadOnlySpan<string> values);

    /// <summary>The text that stands for this entity in caches.</summary>
    /// <param name="entity">The entity.</param>
    string CacheKey(T entity);
}
