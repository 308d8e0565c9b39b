using System.Data.Common;
using Gibbon.Storage.Sql;

namespace Gibbon.Storage.Versions;

/// <summary>Statements whose parameters are texts and whole numbers, which every database takes as they are.</summary>
internal static class SqlStatement
{
    public static async ValueTask<int> RunAsync(
        DbConnection connection, DbTransaction? transaction, string text, CancellationToken cancellation, params (string Name, object? Value)[] values)
    {
        (DbCommand command, bool isKept) = Make(connection, transaction, text, values);
        try
        {
            return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (!isKept)
            {
                await command.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The rows that a query finds, each as <paramref name="read"/> makes it.</summary>
    public static async ValueTask<List<T>> QueryAsync<T>(
        DbConnection connection,
        DbTransaction? transaction,
        string text,
        Func<DbDataReader, T> read,
        CancellationToken cancellation,
        params (string Name, object? Value)[] values)
    {
        (DbCommand command, bool isKept) = Make(connection, transaction, text, values);
        try
        {
            DbDataReader reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                List<T> rows = [];
                while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                {
                    rows.Add(read(reader));
                }

                return rows;
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

    private static (DbCommand Command, bool IsKept) Make(DbConnection connection, DbTransaction? transaction, string text, ReadOnlySpan<(string Name, object? Value)> values)
    {
        (DbCommand command, bool isKept) = KeptStatements.Get(connection, transaction, text);
        command.Parameters.Clear();
        foreach ((string name, object? value) in values)
        {
            DbParameter parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return (command, isKept);
    }
}
