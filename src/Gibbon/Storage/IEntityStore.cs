using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>
/// Where entities are at rest: the memory of a node without a database, SQLite, Postgres. Entities come as records of their schema's type, or as
/// values where the schema has none; what is written comes as values that the schema has already found good.
/// </summary>
internal interface IEntityStore : IEntityReader
{
    /// <summary>Finds by the value of a unique field; a value of <c>null</c> when there is none.</summary>
    ValueTask<EntityResult<object?>> SelectByAsync(Schema schema, string field, object value, CancellationToken cancellation = default);

    /// <summary>Finds by the key under which caches hold the entity; a value of <c>null</c> when there is none.</summary>
    ValueTask<EntityResult<object?>> SelectByCacheKeyAsync(Schema schema, string cacheKey, CancellationToken cancellation = default);

    /// <summary>Stores a new entity.</summary>
    ValueTask<EntityResult<object>> InsertAsync(Schema schema, ValueMap entity, EntityOptions options = default);

    /// <summary>Stores a changed entity in the place of the one with its id.</summary>
    ValueTask<EntityResult<object>> UpdateAsync(Schema schema, Guid id, ValueMap entity, EntityOptions options = default);

    /// <summary>Stores an entity under an id, whether or not one is there.</summary>
    ValueTask<EntityResult<object>> UpsertAsync(Schema schema, Guid id, ValueMap entity, EntityOptions options = default);

    /// <summary>Takes an entity out, and tells whether it was there: one of several who do so at the same moment hears true.</summary>
    ValueTask<EntityResult<bool>> DeleteAsync(Schema schema, Guid id, EntityOptions options = default);

    /// <summary>Makes changes together: all of them or, when one is refused, none.</summary>
    ValueTask<WriteResult> WriteAsync(IReadOnlyList<EntityWrite> writes, CancellationToken cancellation = default);

    /// <summary>Adds to a number of a row, which is made when it is not there, in one step.</summary>
    ValueTask<EntityResult<long>> IncrementAsync(Schema schema, ValueMap key, string field, long amount, EntityOptions options = default);
}
