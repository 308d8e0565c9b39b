using System.Data.Common;
using Gibbon.Threading;

namespace Gibbon.Storage.Sql;

/// <summary>A statement and what goes with it.</summary>
/// <param name="Text">The statement. Names in it come from schemas; whatever a client says is a parameter.</param>
/// <param name="Values">Its parameters that are texts and whole numbers, which every database takes as they are.</param>
/// <param name="Read">Gets each row; null for one that finds no rows.</param>
/// <param name="Bind">Adds the parameters that have types of their own.</param>
internal readonly record struct SqlStatement(
    string Text, (string Name, object? Value)[] Values, Action<DbDataReader>? Read = null, Action<DbParameterCollection>? Bind = null)
{
    /// <summary>Runs one that finds no rows.</summary>
    /// <returns>How many rows it changed.</returns>
    public static ValueTask<int> RunAsync(
        DbConnection connection, DbTransaction? transaction, string text, CancellationToken cancellation, params (string Name, object? Value)[] values) =>
        new SqlStatement(text, values).RunAsync(connection, transaction, cancellation);

    /// <summary>The rows that a query finds, each as <paramref name="read"/> makes it.</summary>
    public static async ValueTask<List<T>> QueryAsync<T>(
        DbConnection connection,
        DbTransaction? transaction,
        string text,
        Func<DbDataReader, T> read,
        CancellationToken cancellation,
        params (string Name, object? Value)[] values)
    {
        List<T> rows = [];
        await new SqlStatement(text, values, row => rows.Add(read(row))).RunAsync(connection, transaction, cancellation).ConfigureAwait(false);
        return rows;
    }

    /// <summary>Runs it.</summary>
    /// <returns>How many rows it changed.</returns>
    /// <exception cref="DbException">The database refuses it.</exception>
    public async ValueTask<int> RunAsync(DbConnection connection, DbTransaction? transaction, CancellationToken cancellation)
    {
        LongWork.GiveWay();
        (DbCommand command, bool isKept) = KeptStatements.Get(connection, transaction, Text);
        try
        {
            BindTo(command.Parameters, command.CreateParameter);
            if (Read is null)
            {
                return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            }

            DbDataReader reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await ReadAsync(reader, cancellation).ConfigureAwait(false);
                return reader.RecordsAffected;
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

    /// <summary>Gives a command its parameters in the place of those that it has: a kept one has those of the time before.</summary>
    public void BindTo(DbParameterCollection parameters, Func<DbParameter> make)
    {
        parameters.Clear();
        Bind?.Invoke(parameters);
        foreach ((string name, object? value) in Values)
        {
            DbParameter parameter = make();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            parameters.Add(parameter);
        }
    }

    /// <summary>Reads the rows of its result, if it is one that has a result.</summary>
    public async ValueTask ReadAsync(DbDataReader reader, CancellationToken cancellation)
    {
        while (Read is not null && await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            Read(reader);
        }
    }
}
