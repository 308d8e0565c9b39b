using System.Data.Common;

namespace Gibbon.Storage.Sql;

/// <summary>
/// Different statements of one transaction, none of which has to wait for what another one finds. Where the database takes that they are sent together, and waited for once:
/// between a gateway and its server each wait is a way there and back.
/// </summary>
internal sealed class SqlBundle(DbConnection connection, DbTransaction? transaction)
{
    private readonly List<Statement> _statements = [];

    /// <summary>Adds a statement that finds no rows.</summary>
    public void Add(string text, params (string Name, object? Value)[] values) => _statements.Add(new Statement(text, null, values, null));

    /// <summary>Adds one that may find rows.</summary>
    /// <param name="text">The statement. Names in it come from schemas; whatever a client says is a parameter.</param>
    /// <param name="read">Gets each row.</param>
    /// <param name="values">Its parameters: texts and whole numbers.</param>
    public void Add(string text, Action<DbDataReader> read, params (string Name, object? Value)[] values) => _statements.Add(new Statement(text, null, values, read));

    /// <summary>Adds one whose parameters have types of their own.</summary>
    public void Add(string text, Action<DbParameterCollection> bind, Action<DbDataReader>? read = null) => _statements.Add(new Statement(text, bind, [], read));

    /// <summary>Runs them in their order, up to the first that is refused.</summary>
    /// <exception cref="DbException">The database refuses one.</exception>
    public async ValueTask RunAsync(CancellationToken cancellation)
    {
        if (_statements.Count > 1 && connection.CanCreateBatch)
        {
            await SendAsync(cancellation).ConfigureAwait(false);
        }
        else
        {
            foreach (Statement statement in _statements)
            {
                await RunAsync(statement, cancellation).ConfigureAwait(false);
            }
        }

        _statements.Clear();
    }

    private async ValueTask SendAsync(CancellationToken cancellation)
    {
        DbBatch batch = connection.CreateBatch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Transaction = transaction;
            foreach (Statement statement in _statements)
            {
                DbBatchCommand command = batch.CreateBatchCommand();
#pragma warning disable CA2100 // See above.
                command.CommandText = statement.Text;
#pragma warning restore CA2100
                Bind(statement, command.Parameters, command.CreateParameter);
                batch.BatchCommands.Add(command);
            }

            DbDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                // A statement that finds no rows has no result.
                foreach (Action<DbDataReader> read in _statements.Select(static statement => statement.Read).OfType<Action<DbDataReader>>())
                {
                    await ReadAsync(reader, read, cancellation).ConfigureAwait(false);
                    await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                }
            }
        }
    }

    private async ValueTask RunAsync(Statement statement, CancellationToken cancellation)
    {
        (DbCommand command, bool isKept) = KeptStatements.Get(connection, transaction, statement.Text);
        try
        {
            Bind(statement, command.Parameters, command.CreateParameter);
            if (statement.Read is not { } read)
            {
                await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
                return;
            }

            DbDataReader reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await ReadAsync(reader, read, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            if (!isKept)
            {
                await command.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private static async ValueTask ReadAsync(DbDataReader reader, Action<DbDataReader> read, CancellationToken cancellation)
    {
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            read(reader);
        }
    }

    private static void Bind(Statement statement, DbParameterCollection parameters, Func<DbParameter> make)
    {
        // A kept command has those of the time before.
        parameters.Clear();
        statement.Bind?.Invoke(parameters);
        foreach ((string name, object? value) in statement.Values)
        {
            DbParameter parameter = make();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            parameters.Add(parameter);
        }
    }

    private readonly record struct Statement(string Text, Action<DbParameterCollection>? Bind, (string Name, object? Value)[] Values, Action<DbDataReader>? Read);
}
