using System.Data.Common;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Storage.Sql;

/// <content>Pages, and what is found otherwise than by one column.</content>
internal partial class SqlSession
{
    private const int DefaultSize = 1000;

    /// <summary>A page in the order of the keys: the rows after the last of the page before, one more than asked for, which tells that there are more.</summary>
    public async ValueTask<(List<ValueMap> Rows, string? Next)> PageAsync(
        SqlTable table, EntityQuery query, IReadOnlyList<object?>? last, CancellationToken cancellation)
    {
        int size = query.Size > 0 ? query.Size : DefaultSize;
        List<string> conditions = [SqlText.Lives(table)];
        if (last is not null)
        {
            string key = SqlText.Names(table.Key);
            string values = string.Join(", ", table.Key.Select(static column => SqlText.Parameter(column)));
            conditions.Add(table.Key.Length == 1 ? $"{key} > {values}" : $"({key}) > ({values})");
        }

        SqlColumn? foreign = query.ForeignField is { } field ? table.ColumnOf(field) : null;
        if (foreign is not null)
        {
            conditions.Add($"{SqlDialect.Quote(foreign.Name)} = {SqlText.Parameter(foreign)}");
        }

        SqlColumn? tags = query.Tags is null ? null : table.ColumnOf("tags");
        if (tags is not null)
        {
            conditions.Add(dialect.HasTags(SqlDialect.Quote(tags.Name), "@tags", query.AnyTag));
        }

        List<ValueMap> rows = await FindAsync(
            table,
            $"{string.Join(" AND ", conditions)} ORDER BY {SqlText.Names(table.Key)} LIMIT {size + 1}",
            parameters =>
            {
                for (int place = 0; last is not null && place < table.Key.Length; place++)
                {
                    Bind(parameters, table.Key[place], place < last.Count ? last[place] : null);
                }

                if (foreign is not null)
                {
                    Bind(parameters, foreign, query.ForeignId.ToString());
                }

                if (tags is not null)
                {
                    dialect.Bind(parameters, "@tags", tags, new ValueList(query.Tags!));
                }
            },
            cancellation).ConfigureAwait(false);
        if (rows.Count <= size)
        {
            return (rows, null);
        }

        rows.RemoveAt(size);
        return (rows, SqlOffset.After(table.Key.Select(column => rows[size - 1].Get(column.Field!.Name))));
    }

    /// <summary>A page of the tags that entities have; with a tag to look for, of the entities that have it.</summary>
    public async ValueTask<(List<ValueMap> Rows, string? Next)> TagPageAsync(
        SqlTable table, EntityQuery query, IReadOnlyList<object?>? last, CancellationToken cancellation)
    {
        int size = query.Size > 0 ? query.Size : DefaultSize;
        string? tag = query.Tags is [var wanted, ..] ? wanted : null;
        (SqlColumn id, SqlColumn name, SqlColumn text) = (table.ColumnOf("entity_id")!, table.ColumnOf("entity_name")!, table.ColumnOf("tag")!);
        SqlColumn number = new("place", SqlType.Integer);
        string conditions = (tag is null ? "TRUE" : "element.tag = @tag")
            + (last is null ? "" : " AND (entity_id > @entity_id OR (entity_id = @entity_id AND element.place > @place))");
        DbCommand command = await Commands.GetAsync(
            $"SELECT entity_id, entity_name, element.tag, element.place FROM {dialect.TagElements} WHERE {conditions} "
            + $"ORDER BY entity_id, element.place LIMIT {size + 1}",
            cancellation).ConfigureAwait(false);
        if (tag is not null)
        {
            Bind(command.Parameters, text, tag);
        }

        if (last is not null)
        {
            Bind(command.Parameters, id, last is [var entity, ..] ? entity : null);
            Bind(command.Parameters, number, last is [_, var place, ..] ? place : 0L);
        }

        using QuerySpan span = new(dialect, command);
        DbDataReader reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            List<ValueMap> rows = [];
            ValueList mark = [];
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                if (rows.Count == size)
                {
                    return (rows, SqlOffset.After(mark));
                }

                object? entityId = dialect.Read(reader, 0, id);
                rows.Add(new ValueMap
                {
                    ["entity_id"] = entityId, ["entity_name"] = dialect.Read(reader, 1, name), ["tag"] = dialect.Read(reader, 2, text),
                });
                mark = [entityId, dialect.Read(reader, 3, number)];
            }

            return (rows, null);
        }
    }

    /// <summary>The live row with an id; where rows have no id, the one whose key makes it.</summary>
    public async ValueTask<ValueMap?> FindByIdAsync(SqlTable table, Guid id, CancellationToken cancellation)
    {
        if (table.HasId)
        {
            return await FindOneAsync(table, table.Key[0], id.ToString(), cancellation).ConfigureAwait(false);
        }

        // Kinds without an id are few in rows: what a cluster shares.
        DeterministicId made = new(table.Schema.Name);
        List<ValueMap> rows = await FindAsync(table, SqlText.Lives(table), static _ => { }, cancellation).ConfigureAwait(false);
        return rows.Find(row => made.Of(EntityLens.KeyText(table.Schema, row)) == id);
    }

    /// <summary>The live row with the primary key of another.</summary>
    protected async ValueTask<ValueMap?> FindByKeyAsync(SqlTable table, ValueMap row, CancellationToken cancellation)
    {
        List<ValueMap> rows = await FindAsync(
            table,
            $"{SqlText.IsKey(table)} AND {SqlText.Lives(table)}",
            parameters =>
            {
                foreach (SqlColumn column in table.Key)
                {
                    Bind(parameters, column, SqlRow.ValueOf(table, column, row, default, null));
                }
            },
            cancellation).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Adds to a number of a row, which is made when it is not there.</summary>
    public async ValueTask<long> IncrementAsync(
        SqlTable table, ValueMap row, string field, TimeSpan? timeToLive, CancellationToken cancellation)
    {
        SqlColumn number = table.ColumnOf(field) ?? throw new ArgumentException($"'{table.Schema.Name}' has no field '{field}'", nameof(field));
        double? expiry = timeToLive is { } time ? SqlRow.SecondsOf(now) + time.TotalSeconds : null;
        SqlColumn[] columns = [.. table.KongColumns.Where(column => column.Field is null || row.ContainsKey(column.Field.Name))];
        DbCommand command = await Commands.GetAsync(SqlText.Increment(table, number, columns), cancellation).ConfigureAwait(false);
        BindNow(command.Parameters, command.CommandText);
        foreach (SqlColumn column in columns)
        {
            Bind(command.Parameters, column, SqlRow.ValueOf(table, column, row, workspace, expiry));
        }

        using QuerySpan span = new(dialect, command);
        return Convert.ToInt64(await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false), System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Takes out rows that have expired.</summary>
    /// <returns>How many it were, at most <paramref name="most"/>.</returns>
    public async ValueTask<int> RemoveExpiredAsync(SqlTable table, int most, CancellationToken cancellation)
    {
        (string name, string key, string end) = (SqlDialect.Quote(table.Name), SqlText.Names(table.Key), SqlDialect.Quote(SqlColumn.Ttl));
        DbCommand command = await Commands.GetAsync(
            $"DELETE FROM {name} WHERE ({key}) IN (SELECT {key} FROM {name} WHERE {end} < @now LIMIT {most})", cancellation).ConfigureAwait(false);
        BindNow(command.Parameters, command.CommandText);
        return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }
}
