using System.Data.Common;

namespace Gibbon.Storage.Sql;

/// <summary>
/// Different statements of one transaction, none of which has to wait for what another one finds. Where the database takes that they are sent together, and waited for once:
/// between a gateway and its server each wait is a way there and back.
/// </summary>
internal sealed class SqlBundle(DbConnection connection, DbTransaction? transaction)
{
    private readonly List<SqlStatement> _statements = [];

    /// <summary>Adds a statement that finds no rows.</summary>
    public void Add(string text, params (string Name, object? Value)[] values) => _statements.Add(new SqlStatement(text, values));

    /// <summary>Adds one that may find rows.</summary>
    public void Add(string text, Action<DbDataReader> read, params (string Name, object? Value)[] values) => _statements.Add(new SqlStatement(text, values, read));

    /// <summary>Adds one whose parameters have types of their own.</summary>
    public void Add(string text, Action<DbParameterCollection> bind, Action<DbDataReader>? read = null) => _statements.Add(new SqlStatement(text, [], read, bind));

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
            foreach (SqlStatement statement in _statements)
            {
                await statement.RunAsync(connection, transaction, cancellation).ConfigureAwait(false);
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
            foreach (SqlStatement statement in _statements)
            {
                DbBatchCommand command = batch.CreateBatchCommand();
#pragma warning disable CA2100 // See SqlStatement.Text.
                command.CommandText = statement.Text;
#pragma warning restore CA2100
                statement.BindTo(command.Parameters, command.CreateParameter);
                batch.BatchCommands.Add(command);
            }

            DbDataReader reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                // A statement that finds no rows has no result.
                foreach (SqlStatement statement in _statements.Where(static statement => statement.Read is not null))
                {
                    await statement.ReadAsync(reader, cancellation).ConfigureAwait(false);
                    await reader.NextResultAsync(cancellation).ConfigureAwait(false);
                }
            }
        }
    }
}
