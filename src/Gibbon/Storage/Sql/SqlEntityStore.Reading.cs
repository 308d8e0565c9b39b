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
            (List<ValueMap> rows, string? next) = await ReadAsync(
                session => schema.Name == "tags" ? session.TagPageAsync(table, query, last, cancellation) : session.PageAsync(table, query, last, cancellation),
                cancellation).ConfigureAwait(false);
            return new EntityPage<object>(rows.ConvertAll(row => SqlRow.Entity(schema, row)), next);
        }
        catch (DbException error)
        {
            return Failure(error, table, []);
        }
    }

    /// <summary>All entities of these kinds as values, as they are at one moment, whoever writes meanwhile; kind by kind, in the order of their keys.</summary>
    /// <param name="schemas">The kinds.</param>
    /// <param name="take">Gets each entity.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EntityException">They cannot be read; some may have been taken.</exception>
    public async ValueTask ReadAtOnceAsync(IEnumerable<Schema> schemas, Action<Schema, ValueMap> take, CancellationToken cancellation)
    {
        try
        {
            SqlLease lease = await database.ReadAsync(cancellation).ConfigureAwait(false);
            await using (lease.ConfigureAwait(false))
            {
                await ExecuteAsync(lease.Connection, database.Dialect.BeginReading, cancellation).ConfigureAwait(false);
                try
                {
                    SqlSession session = new(database.Dialect, tables, lease.Connection, null, clock.GetUtcNow(), workspace());
                    await using (session.ConfigureAwait(false))
                    {
                        foreach (Schema schema in schemas)
                        {
                            SqlTable table = tables[schema.Name];
                            string which = $"{SqlText.Lives(table)} ORDER BY {SqlText.Names(table.Key)}";
                            await session.FindAsync(table, which, static _ => { }, row => take(schema, schema.Select(row)), cancellation).ConfigureAwait(false);
                        }
                    }
                }
                finally
                {
                    await ExecuteAsync(lease.Connection, "ROLLBACK", CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
        catch (DbException error)
        {
            throw new EntityException(Named(EntityErrors.DatabaseError(database.Dialect.Explain(error).Text)));
        }
    }

    private static async ValueTask ExecuteAsync(DbConnection connection, string text, CancellationToken cancellation)
    {
        DbCommand command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
#pragma warning disable CA2100 // A constant of the dialect.
            command.CommandText = text;
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }
    }

    // A database that was away between two reads leaves connections behind that nobody knows to be broken; one that breaks takes the others with it.
    private async ValueTask<T> ReadAsync<T>(Func<SqlSession, ValueTask<T>> read, CancellationToken cancellation)
    {
        for (bool isFirst = true; ; isFirst = false)
        {
            try
            {
                SqlLease lease = await database.ReadAsync(cancellation).ConfigureAwait(false);
                await using (lease.ConfigureAwait(false))
                {
                    SqlSession session = new(database.Dialect, tables, lease.Connection, null, clock.GetUtcNow(), workspace());
                    await using (session.ConfigureAwait(false))
                    {
                        return await read(session).ConfigureAwait(false);
                    }
                }
            }
            catch (DbException error) when (isFirst && database.Dialect.Explain(error).Kind == SqlFailureKind.Lost)
            {
                // The second time on a connection that is new.
            }
        }
    }

    private async ValueTask<EntityResult<object?>> ReadOneAsync(
        Schema schema, Func<SqlSession, SqlTable, ValueTask<ValueMap?>> find, CancellationToken cancellation)
    {
        SqlTable table = tables[schema.Name];
        try
        {
            return await ReadAsync(session => find(session, table), cancellation).ConfigureAwait(false) is { } row ? SqlRow.Entity(schema, row) : (object?)null;
        }
        catch (DbException error)
        {
            return Failure(error, table, []);
        }
    }
}
