using Npgsql;

namespace Gibbon.Storage.Postgres;

/// <summary>A connection on loan. Parameters are <c>$1</c>, <c>$2</c>…</summary>
internal sealed class PostgresSession(PostgresServer server, NpgsqlConnection connection) : IAsyncDisposable
{
    public NpgsqlConnection Connection => connection;

    /// <summary>Runs statements and says how many rows they changed.</summary>
    public async Task<int> ExecuteAsync(string sql, params IReadOnlyList<object?> values)
    {
        var command = Command(sql, values);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The first value of the first row; null when there is none.</summary>
    public async Task<object?> ScalarAsync(string sql, params IReadOnlyList<object?> values)
    {
        var command = Command(sql, values);
        await using (command.ConfigureAwait(false))
        {
            return await command.ExecuteScalarAsync().ConfigureAwait(false) is var value && value is DBNull ? null : value;
        }
    }

    /// <summary>All rows, each as <paramref name="read"/> makes it.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, Func<NpgsqlDataReader, T> read, params IReadOnlyList<object?> values)
    {
        var command = Command(sql, values);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                List<T> rows = [];
                while (await reader.ReadAsync().ConfigureAwait(false))
                {
                    rows.Add(read(reader));
                }
                return rows;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        server.Release();
    }

    NpgsqlCommand Command(string sql, IReadOnlyList<object?> values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }
        return command;
    }
}
