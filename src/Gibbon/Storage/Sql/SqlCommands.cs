using System.Data;
using System.Data.Common;
using System.Runtime.ExceptionServices;
using Gibbon.Threading;

namespace Gibbon.Storage.Sql;

/// <summary>
/// The statements that one piece of work makes on a connection: each is made once however often it is used, and prepared once it is seen to be repeated. A transaction of a
/// single change repeats none, so the server keeps nothing for it. A connection that keeps its statements (<see cref="KeptStatements"/>) gives them.
/// </summary>
internal sealed class SqlCommands(SqlDialect dialect, DbConnection connection, DbTransaction? transaction) : IAsyncDisposable
{
    /// <summary>How many rows are sent in one go.</summary>
    public const int AtOnce = 200;

    private const int Repeated = 3;

    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);

    /// <summary>The command of a statement. Its parameters are there from the second time on, with the values of the time before: all of them are to be bound anew.</summary>
    public async ValueTask<DbCommand> GetAsync(string text, CancellationToken cancellation)
    {
        Statement statement = Of(text);
        if (++statement.Uses == Repeated)
        {
            await statement.Command.PrepareAsync(cancellation).ConfigureAwait(false);
        }

        return statement.Command;
    }

    /// <summary>Runs one statement for many rows, in their order, up to the first that is refused.</summary>
    /// <param name="text">The statement.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="bind">Binds the values of the row with that number.</param>
    /// <param name="cancellation">Gives up.</param>
    public async ValueTask<SqlOutcome> RunAsync(string text, int count, Action<DbParameterCollection, int> bind, CancellationToken cancellation)
    {
        using QuerySpan span = new(dialect, text);
        int[] affected = new int[count];
        if (count > 1 && connection.CanCreateBatch)
        {
            for (int first = 0; first < count; first += AtOnce)
            {
                if (await SendAsync(Of(text), affected.AsMemory(first, Math.Min(AtOnce, count - first)), first, bind, cancellation).ConfigureAwait(false) is { } refusal)
                {
                    return refusal;
                }
            }

            return new SqlOutcome(affected);
        }

        for (int row = 0; row < count; row++)
        {
            DbCommand command = await GetAsync(text, cancellation).ConfigureAwait(false);
            bind(command.Parameters, row);
            LongWork.GiveWay();
            try
            {
                affected[row] = await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            }
            catch (DbException error)
            {
                return new SqlOutcome([], error, row);
            }
        }

        return new SqlOutcome(affected);
    }

    /// <summary>Inserts rows.</summary>
    /// <param name="text">The statement; parameters are named for columns.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="values">The values of the row with that number, one for each column.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="DbException">The database refuses one.</exception>
    public async ValueTask InsertAsync(string text, IReadOnlyList<SqlColumn> columns, int count, Func<int, object?[]> values, CancellationToken cancellation)
    {
        SqlOutcome outcome = await RunAsync(
            text,
            count,
            (parameters, row) =>
            {
                object?[] all = values(row);
                for (int i = 0; i < all.Length; i++)
                {
                    dialect.Bind(parameters, SqlText.Parameter(columns[i]), columns[i], all[i]);
                }
            },
            cancellation).ConfigureAwait(false);
        if (outcome.Error is { } error)
        {
            ExceptionDispatchInfo.Throw(error);
        }
    }

    /// <summary>Has the server forget what was prepared. To be called before the transaction ends: whoever stands between (a pool of connections) may give the next one to another server.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (Statement statement in _statements.Values)
        {
            if (connection.State == ConnectionState.Open)
            {
                await dialect.UnprepareAsync(statement.Command).ConfigureAwait(false);
            }

            if (!statement.IsKept)
            {
                await statement.Command.DisposeAsync().ConfigureAwait(false);
            }

            if (statement.Batch is { } batch)
            {
                await batch.DisposeAsync().ConfigureAwait(false);
            }
        }

        _statements.Clear();
    }

    private async ValueTask<SqlOutcome?> SendAsync(
        Statement statement, Memory<int> affected, int first, Action<DbParameterCollection, int> bind, CancellationToken cancellation)
    {
        // Full ones are prepared when they are made, and never parsed again: Npgsql does not take a batch of named parameters for parsing a second time.
        bool isFull = affected.Length == AtOnce;
        bool isNew = !isFull || statement.Batch is null;
        DbBatch batch = isNew ? MakeBatch(statement.Command.CommandText, affected.Length) : statement.Batch!;
        for (int i = 0; i < affected.Length; i++)
        {
            bind(batch.BatchCommands[i].Parameters, first + i);
        }

        try
        {
            if (isFull && isNew)
            {
                statement.Batch = batch;
                await PrepareAsync(statement, batch, () => bind(statement.Command.Parameters, first), cancellation).ConfigureAwait(false);
            }

            await batch.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            for (int i = 0; i < affected.Length; i++)
            {
                affected.Span[i] = batch.BatchCommands[i].RecordsAffected;
            }

            return null;
        }
        catch (DbException error) when (error.BatchCommand is not null)
        {
            return new SqlOutcome([], error, first + batch.BatchCommands.IndexOf(error.BatchCommand));
        }
        finally
        {
            if (!isFull)
            {
                await batch.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    // The command and the batch share what is prepared, and of the two only the command can give it up.
    private static async ValueTask PrepareAsync(Statement statement, DbBatch batch, Action bind, CancellationToken cancellation)
    {
        bind();
        await statement.Command.PrepareAsync(cancellation).ConfigureAwait(false);
        await batch.PrepareAsync(cancellation).ConfigureAwait(false);
    }

    private Statement Of(string text)
    {
        if (!_statements.TryGetValue(text, out Statement? statement))
        {
            (DbCommand command, bool isKept) = KeptStatements.Get(connection, transaction, text);
            _statements.Add(text, statement = new Statement(command) { IsKept = isKept });
        }

        return statement;
    }

    private DbBatch MakeBatch(string text, int count)
    {
        DbBatch batch = connection.CreateBatch();
        batch.Transaction = transaction;
        for (int i = 0; i < count; i++)
        {
            DbBatchCommand command = batch.CreateBatchCommand();
#pragma warning disable CA2100 // Names come from schemas; whatever a client says is a parameter.
            command.CommandText = text;
#pragma warning restore CA2100
            batch.BatchCommands.Add(command);
        }

        return batch;
    }

    private sealed class Statement(DbCommand command)
    {
        public DbCommand Command => command;

        public bool IsKept { get; init; }

        public int Uses { get; set; }

        public DbBatch? Batch { get; set; }
    }
}

/// <summary>What became of a statement that was run for many rows.</summary>
/// <param name="Affected">How many rows of the database each changed, unless one was refused.</param>
/// <param name="Error">What the database said to the one that it refused.</param>
/// <param name="FailedAt">The number of that one.</param>
internal readonly record struct SqlOutcome(int[] Affected, DbException? Error = null, int FailedAt = -1);
