using System.Data.Common;
using Gibbon.Pdk.Schemas;
using Gibbon.Threading;

namespace Gibbon.Storage.Sql;

/// <summary>A connection at work for one call: finds and counts rows. What it is refused it throws; <see cref="SqlEntityStore"/> makes values of that.</summary>
/// <param name="dialect">How the database wants to be spoken to.</param>
/// <param name="tables">The tables of all kinds.</param>
/// <param name="connection">The connection.</param>
/// <param name="transaction">What it is in the midst of, if anything.</param>
/// <param name="now">The time at which it began.</param>
/// <param name="workspace">The workspace that everything is in, unless a write says otherwise.</param>
internal partial class SqlSession(
    SqlDialect dialect, SqlTables tables, DbConnection connection, DbTransaction? transaction, DateTimeOffset now, Guid workspace) : IAsyncDisposable
{
    private const int RowsInPassing = 32;

    protected SqlCommands Commands { get; } = new(dialect, connection, transaction);

    protected SqlDialect Dialect => dialect;

    protected SqlTables Tables => tables;

    protected DateTimeOffset Now => now;

    /// <summary>Whether statements of a bundle go to the database together.</summary>
    protected bool SendsTogether => connection.CanCreateBatch;

    protected SqlBundle NewBundle() => new(connection, transaction);

    protected Guid Workspace => workspace;

    /// <summary>How long ago it was <see cref="Now"/> when a row is read.</summary>
    protected virtual TimeSpan Passed => TimeSpan.Zero;

    /// <summary>The live rows that meet a condition, as values.</summary>
    public async ValueTask<List<ValueMap>> FindAsync(SqlTable table, string where, Action<DbParameterCollection> bind, CancellationToken cancellation)
    {
        List<ValueMap> rows = [];
        await FindAsync(table, where, bind, rows.Add, cancellation).ConfigureAwait(false);
        return rows;
    }

    /// <summary>The live rows that meet a condition, one by one, so that nobody need have all of them.</summary>
    public async ValueTask FindAsync(
        SqlTable table, string where, Action<DbParameterCollection> bind, Action<ValueMap> take, CancellationToken cancellation)
    {
        LongWork.GiveWay();
        DbCommand command = await Commands.GetAsync(SqlText.Select(table, dialect, where), cancellation).ConfigureAwait(false);
        BindNow(command.Parameters, command.CommandText);
        bind(command.Parameters);
        using QuerySpan span = new(dialect, command);
        DbDataReader reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            for (int row = 1; await reader.ReadAsync(cancellation).ConfigureAwait(false); row++)
            {
                // What has come in already is read without waiting, so that many rows would be one long piece of work.
                if (row % RowsInPassing == 0)
                {
                    await dialect.StepAsideAsync().ConfigureAwait(false);
                }

                LongWork.GiveWay();
                take(SqlRow.Read(reader, table, dialect, now + Passed));
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
        FindAsync(table, Which(table, column, limit), parameters => BindWhich(parameters, table, column, value), cancellation);

    /// <summary>Adds to other statements the one that finds the live row with a value in a column.</summary>
    protected void AddFind(SqlBundle bundle, SqlTable table, SqlColumn column, object value, Action<ValueMap> take)
    {
        string text = SqlText.Select(table, dialect, Which(table, column, 1));
        bundle.Add(
            text,
            parameters =>
            {
                BindNow(parameters, text);
                BindWhich(parameters, table, column, value);
            },
            row => take(SqlRow.Read(row, table, dialect, now + Passed)));
    }

    /// <summary>The live rows with one of some values in a column.</summary>
    public ValueTask<List<ValueMap>> FindAnyAsync(SqlTable table, SqlColumn column, ValueList values, int limit, CancellationToken cancellation) =>
        FindAsync(
            table,
            $"{dialect.IsOneOf(SqlDialect.Quote(column.Name), "@any")} AND {SqlText.Lives(table)}" + (limit > 0 ? $" LIMIT {limit}" : ""),
            parameters => dialect.Bind(parameters, "@any", column with { IsArray = true }, values),
            cancellation);

    public void Bind(DbParameterCollection parameters, SqlColumn column, object? value) => dialect.Bind(parameters, SqlText.Parameter(column), column, value);

    public void BindNow(DbParameterCollection parameters, string text)
    {
        if (text.Contains("@now", StringComparison.Ordinal))
        {
            dialect.Bind(parameters, "@now", new SqlColumn("now", SqlType.Time), SqlRow.SecondsOf(now));
        }
    }

    private static string Which(SqlTable table, SqlColumn column, int limit) =>
        $"{SqlText.Has(table, column)} AND {SqlText.Lives(table)}" + (limit > 0 ? $" LIMIT {limit}" : "");

    private void BindWhich(DbParameterCollection parameters, SqlTable table, SqlColumn column, object value)
    {
        Bind(parameters, column, value);
        if (table.IsUniquePerWorkspace(column))
        {
            Bind(parameters, table.Find(SqlColumn.Workspace)!, workspace.ToString());
        }
    }

    public ValueTask DisposeAsync() => Commands.DisposeAsync();
}
