using System.Data.Common;
using System.Globalization;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Sql;
using Gibbon.Storage.Versions;

namespace Gibbon.Storage.Deltas;

/// <summary>Writes changes down for data planes, in the transaction that makes them: there are none without the other.</summary>
internal sealed class SqlDeltaWriter(EntitySchemas schemas, SqlDialect dialect, Func<Guid> workspace)
{
    /// <summary>A data plane that is further behind gets everything, so older versions are of no use. Kong's number.</summary>
    public const int Kept = 512;

    private const int CleaningInterval = 128;

    private static readonly SqlColumn[] s_columns =
        [new("version", SqlType.Integer), new("type", SqlType.Text), new("pk", SqlType.Text), new("ws_id", SqlType.Text), new("entity", SqlType.Text)];

    /// <summary>Makes a version of changes, if they concern data planes. Called last before the commit, since whoever else writes waits from here on.</summary>
    public async ValueTask AddAsync(DbConnection connection, DbTransaction transaction, IEnumerable<ChangedEntity> changes, CancellationToken cancellation)
    {
        List<Row> kongs = [];
        List<Row> own = [];
        foreach (ChangedEntity change in changes)
        {
            if (schemas.Find(change.SchemaName) is { Exported: true } schema)
            {
                Add(schema, change, kongs, own);
            }
        }

        if (kongs.Count + own.Count == 0)
        {
            return;
        }

        long version = await BeginAsync(connection, transaction, cancellation).ConfigureAwait(false);
        await WriteAsync(connection, transaction, DeltaTables.Deltas, version, kongs, cancellation).ConfigureAwait(false);
        await WriteAsync(connection, transaction, DeltaTables.Own, version, own, cancellation).ConfigureAwait(false);
        if (version % CleaningInterval == 0)
        {
            await ForgetAsync(connection, transaction, version - Kept, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Makes a version of which nobody knows what it changed: every data plane gets everything.</summary>
    public async ValueTask AddUnknownAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellation) =>
        await BeginAsync(connection, transaction, cancellation).ConfigureAwait(false);

    // Versions are committed in their order: nobody sees one before those that it comes after.
    private async ValueTask<long> BeginAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellation)
    {
        if (dialect.Lock(DeltaTables.Versions) is { } wait)
        {
            await SqlStatement.RunAsync(connection, transaction, wait, cancellation).ConfigureAwait(false);
        }

        return (await SqlStatement.QueryAsync(
            connection,
            transaction,
            $"INSERT INTO {DeltaTables.Versions} DEFAULT VALUES RETURNING version",
            static row => Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture),
            cancellation).ConfigureAwait(false))[0];
    }

    private void Add(Schema schema, ChangedEntity change, List<Row> kongs, List<Row> own)
    {
        ValueMap? after = Values(schema, change.After);
        ValueMap values = after ?? Values(schema, change.Before)!;
        string key = Text(new ValueMap(schema.PrimaryKey.Select(name => KeyValuePair.Create(name, values.Get(name)))))!;
        ValueMap? visible = after is null ? null : AsKongSees(schema, after);
        bool wasVisible = Values(schema, change.Before) is { } before && AsKongSees(schema, before) is not null;
        if (visible is not null || wasVisible)
        {
            kongs.Add(new Row(schema.Name, key, Text(visible)));
        }

        if (after is null ? !wasVisible : !ReferenceEquals(visible, after))
        {
            own.Add(new Row(schema.Name, key, Text(after)));
        }
    }

    // The entity itself where there is no difference; null where Kong knows nothing of it.
    private ValueMap? AsKongSees(Schema schema, ValueMap entity)
    {
        ValueMap table = new() { [schema.Name] = new ValueList { new ValueMap(entity) } };
        return !DeclarativeTable.RemoveBeyondKong(schemas, table) ? entity : table.GetList(schema.Name) is [ValueMap left] ? left : null;
    }

    private async ValueTask WriteAsync(
        DbConnection connection, DbTransaction transaction, string table, long version, List<Row> rows, CancellationToken cancellation)
    {
        // The types of Kong's columns; ours are texts.
        bool isKongs = table == DeltaTables.Deltas;
        string workspaceId = workspace().ToString();
        SqlCommands commands = new(dialect, connection, transaction);
        await using (commands.ConfigureAwait(false))
        {
            await commands.InsertAsync(
                $"INSERT INTO {table} ({SqlText.Names(s_columns)}) VALUES (@version, @type, {Typed("@pk", "json")}, {Typed("@ws_id", "uuid")}, {Typed("@entity", "json")})",
                s_columns,
                rows.Count,
                place => [version, rows[place].Kind, rows[place].Key, workspaceId, rows[place].Entity],
                cancellation).ConfigureAwait(false);
        }

        string Typed(string parameter, string type) => isKongs ? dialect.Cast(parameter, type) : parameter;
    }

    private static async ValueTask ForgetAsync(DbConnection connection, DbTransaction transaction, long oldest, CancellationToken cancellation)
    {
        await SqlStatement.RunAsync(connection, transaction, $"DELETE FROM {DeltaTables.Versions} WHERE version < @oldest", cancellation, ("@oldest", oldest)).ConfigureAwait(false);
        await SqlStatement.RunAsync(connection, transaction, $"DELETE FROM {DeltaTables.Own} WHERE version < @oldest", cancellation, ("@oldest", oldest)).ConfigureAwait(false);
    }

    private static ValueMap? Values(Schema schema, object? entity) => entity is null ? null : schema.Select(entity as ValueMap ?? Schema.Unbind(entity));

    private static string? Text(ValueMap? values) => values is null ? null : Encoding.UTF8.GetString(ValueJson.Write(values));

    private readonly record struct Row(string Kind, string Key, string? Entity);
}
