using System.Data.Common;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Sql;

/// <summary>A connection at work for one call: finds and counts rows. What it is refused it throws; <see cref="SqlEntityStore"/> makes values of that.</summary>
/// <param name="dialect">How the database wants to be spoken to.</param>
/// <param name="tables">The tables of all kinds.</param>
/// <param name="connection">The connection.</param>
/// <param name="transaction">What it is in the midst of, if anything.</param>
/// <param name="now">The time at which it began.</param>
/// <param name="workspace">The workspace that everything is in, unless a write says otherwise.</param>
internal partial class SqlSession(
    SqlDialect dialect, SqlTables tables, DbConnection connection, DbTransaction? transaction, DateTimeOffset now, Guid workspace)
{
    protected SqlDialect Dialect => dialect;

    protected SqlTables Tables => tables;

    protected DateTimeOffset Now => now;

    protected Guid Workspace => workspace;

    /// <summary>How long ago it was <see cref="Now"/> when a row is read.</summary>
    protected virtual TimeSpan Passed => TimeSpan.Zero;

    /// <summary>The live rows that meet a condition, as values.</summary>
    public async ValueTask<List<ValueMap>> FindAsync(SqlTable table, string where, Action<DbCommand> bind, CancellationToken cancellation)
    {
        List<ValueMap> rows = [];
        await FindAsync(table, where, bind, rows.Add, cancellation).ConfigureAwait(false);
        return rows;
    }

    /// <summary>The live rows that meet a condition, one by one, so that nobody need have all of them.</summary>
    public async ValueTask FindAsync(SqlTable table, string where, Action<DbCommand> bind, Action<ValueMap> take, CancellationToken cancellation)
    {
        DbCommand command = Command(SqlText.Select(table, dialect, where));
        await using (command.ConfigureAwait(false))
        {
            BindNow(command);
            bind(command);
            using QuerySpan span = new(dialect, command);
            DbDataReader reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    take(SqlRow.Read(reader, table, dialect, now + Passed));
                }
            }
        }
    }

    /// <summary>The live row with a value in a column; null when there is none.</summary>
    public async ValueTask<ValueMap?> FindOneAsync(SqlTable table, SqlColumn column, object value, CancellationToken cancellation)
    {
        List<ValueMap> rows = await FindAllAsync(table, column, value, limit: 1, cancellation).ConfigureAwait(false);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>The live rows with a value in a column.</summary>
    public ValueTask<List<ValueMap>> FindAllAsync(SqlTable table, SqlColumn column, object value, int limit, CancellationToken cancellation) =>
        FindAsync(
            table,
            $"{SqlText.Has(table, column)} AND {SqlText.Lives(table)}" + (limit > 0 ? $" LIMIT {limit}" : ""),
            command =>
            {
                Bind(command, column, value);
                if (table.IsUniquePerWorkspace(column))
                {
                    Bind(command, table.Find(SqlColumn.Workspace)!, workspace.ToString());
                }
            },
            cancellation);

    protected DbCommand Command(string text)
    {
        DbCommand command = connection.CreateCommand();
        command.Transaction = transaction;
#pragma warning disable CA2100 // Names come from schemas; whatever a client says is a parameter.
        command.CommandText = text;
#pragma warning restore CA2100
        return command;
    }

    protected void Bind(DbCommand command, SqlColumn column, object? value) => Bind(command, SqlText.Parameter(column), column, value);

    protected void Bind(DbCommand command, string name, SqlColumn column, object? value)
    {
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        dialect.Bind(parameter, column, value);
        command.Parameters.Add(parameter);
    }

    protected void BindNow(DbCommand command)
    {
        if (command.CommandText.Contains("@now", StringComparison.Ordinal))
        {
            Bind(command, "@now", new SqlColumn("now", SqlType.Time), SqlRow.SecondsOf(now));
        }
    }
}
