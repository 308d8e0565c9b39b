using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Sql;

/// <summary>Reads what a transaction sees, before it changes that. What the database refuses is thrown, for whoever makes the change to judge.</summary>
internal sealed class SqlTransactionReader(SqlSession session, SqlTables tables) : IEntityReader
{
    public async ValueTask<EntityResult<object?>> SelectAsync(Schema schema, Guid id, CancellationToken cancellation = default) =>
        await session.FindByIdAsync(tables[schema.Name], id, cancellation).ConfigureAwait(false) is { } row ? SqlRow.Entity(schema, row) : (object?)null;

    public async ValueTask<EntityResult<EntityPage<object>>> PageAsync(Schema schema, EntityQuery query, CancellationToken cancellation = default)
    {
        if (!SqlOffset.TryRead(query.Offset, out IReadOnlyList<object?>? last, out string? problem))
        {
            return EntityErrors.InvalidOffset(query.Offset!, problem);
        }

        (List<ValueMap> rows, string? next) = await session.PageAsync(tables[schema.Name], query, last, cancellation).ConfigureAwait(false);
        return new EntityPage<object>(rows.ConvertAll(row => SqlRow.Entity(schema, row)), next);
    }
}
