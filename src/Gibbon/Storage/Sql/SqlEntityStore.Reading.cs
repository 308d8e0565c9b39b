using System.Data.Common;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Sql;

/// <content>Looking for entities.</content>
internal sealed partial class SqlEntityStore
{
    public ValueTask<EntityResult<object?>> SelectAsync(Schema schema, Guid id, CancellationToken cancellation = default) =>
        ReadOneAsync(schema, (session, table) => session.FindByIdAsync(table, id, cancellation), cancellation);

    public ValueTask<EntityResult<object?>> SelectByAsync(Schema schema, string field, object value, CancellationToken cancellation = default) =>
        tables[schema.Name].ColumnOf(field) is { } column && EntityLens.TextOf(value) is { } text
            ? ReadOneAsync(schema, (session, table) => session.FindOneAsync(table, column, text, cancellation), cancellation)
            : new((object?)null);

    public ValueTask<EntityResult<object?>> SelectByCacheKeyAsync(Schema schema, string cacheKey, CancellationToken cancellation = default)
    {
        SqlTable table = tables[schema.Name];
        if (table.Find(SqlColumn.CacheKey) is { } column)
        {
            return ReadOneAsync(schema, (session, found) => session.FindOneAsync(found, column, cacheKey, cancellation), cancellation);
        }

        return !CacheKeys.TryReadSingle(schema, cacheKey, out string? value) ? new((object?)null)
            : schema.CacheKey is [var field] ? SelectByAsync(schema, field, value, cancellation)
            : Guid.TryParse(value, out Guid id) ? SelectAsync(schema, id, cancellation)
            : new((object?)null);
    }

    public async ValueTask<EntityResult<EntityPage<object>>> PageAsync(Schema schema, EntityQuery query, CancellationToken cancellation = default)
    {
        if (!SqlOffset.TryRead(query.Offset, out IReadOnlyList<object?>? last, out string? problem))
        {
            return EntityErrors.InvalidOffset(query.Offset!, problem);
        }

        SqlTable table = tables[schema.Name];
        try
        {
            SqlLease lease = await database.ReadAsync(cancellation).ConfigureAwait(false);
            await using (lease.ConfigureAwait(false))
            {
                SqlSession session = new(database.Dialect, tables, lease.Connection, null, clock.GetUtcNow());
                (List<ValueMap> rows, string? next) = schema.Name == "tags"
                    ? await session.TagPageAsync(table, query, last, cancellation).ConfigureAwait(false)
                    : await session.PageAsync(table, query, last, cancellation).ConfigureAwait(false);
                return new EntityPage<object>(rows.ConvertAll(row => SqlRow.Entity(schema, row)), next);
            }
        }
        catch (DbException error)
        {
            return Failure(error, table, []);
        }
    }

    private async ValueTask<EntityResult<object?>> ReadOneAsync(
        Schema schema, Func<SqlSession, SqlTable, ValueTask<ValueMap?>> find, CancellationToken cancellation)
    {
        SqlTable table = tables[schema.Name];
        try
        {
            SqlLease lease = await database.ReadAsync(cancellation).ConfigureAwait(false);
            await using (lease.ConfigureAwait(false))
            {
                SqlSession session = new(database.Dialect, tables, lease.Connection, null, clock.GetUtcNow());
                return await find(session, table).ConfigureAwait(false) is { } row ? SqlRow.Entity(schema, row) : (object?)null;
            }
        }
        catch (DbException error)
        {
            return Failure(error, table, []);
        }
    }
}
