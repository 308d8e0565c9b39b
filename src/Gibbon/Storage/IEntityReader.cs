using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>Where entities are read: a store as it is at the moment, or the transaction that is about to change it.</summary>
internal interface IEntityReader
{
    /// <summary>Finds by id; a value of <c>null</c> when there is none.</summary>
    ValueTask<EntityResult<object?>> SelectAsync(Schema schema, Guid id, CancellationToken cancellation = default);

    /// <summary>Reads a page, in the order of the ids.</summary>
    ValueTask<EntityResult<EntityPage<object>>> PageAsync(Schema schema, EntityQuery query, CancellationToken cancellation = default);
}
