using System.Data.Common;
using System.Globalization;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Sql;

namespace Gibbon.Storage.Versions;

/// <summary>The versions in a database, the same for all nodes on it.</summary>
internal sealed class SqlVersionLog(SqlDatabase database) : IVersionLog
{
    private const string Columns = "number, created_at, source, author, client, request, reason, rollback_to, created, updated, deleted";

    public string TagOf(long version) => version.ToString(CultureInfo.InvariantCulture);

    public async ValueTask<EntityResult<long>> CurrentAsync(CancellationToken cancellation)
    {
        EntityResult<IReadOnlyList<long>> found =
            await QueryAsync($"SELECT number FROM {VersionTables.Counter} WHERE id = 1", static row => row.GetInt64(0), cancellation).ConfigureAwait(false);
        return found.IsOk ? found.Value![0] : found.Error;
    }

    public ValueTask<EntityResult<IReadOnlyList<ConfigurationVersion>>> PageAsync(long before, int most, CancellationToken cancellation) => QueryAsync(
        $"SELECT {Columns} FROM {VersionTables.Versions} WHERE number < @before ORDER BY number DESC LIMIT @most", Version, cancellation, ("@before", before), ("@most", (long)most));

    public ValueTask<EntityResult<IReadOnlyList<VersionChange>>> ChangesAsync(long version, int skip, int most, CancellationToken cancellation) => QueryAsync(
        $"SELECT kind, entity_id, state_before, state_after FROM {VersionTables.Changes} WHERE version = @version ORDER BY place LIMIT @most OFFSET @skip",
        Change,
        cancellation,
        ("@version", version),
        ("@most", (long)most),
        ("@skip", (long)skip));

    public async ValueTask<EntityResult<IReadOnlyList<VersionChange>>> SinceAsync(long version, CancellationToken cancellation)
    {
        (IReadOnlyList<VersionChange>? all, EntityError? error) = await QueryAsync(
            $"SELECT kind, entity_id, state_before, state_after FROM {VersionTables.Changes} WHERE version > @version ORDER BY version, place",
            Change,
            cancellation,
            ("@version", version)).ConfigureAwait(false);
        if (all is null)
        {
            return error!;
        }

        List<VersionChange> first = [.. all.DistinctBy(static change => (change.Kind, change.Id))];
        return first;
    }

    private async ValueTask<EntityResult<IReadOnlyList<T>>> QueryAsync<T>(
        string text, Func<DbDataReader, T> read, CancellationToken cancellation, params (string Name, object? Value)[] values)
    {
        try
        {
            SqlLease lease = await database.ReadAsync(cancellation).ConfigureAwait(false);
            await using (lease.ConfigureAwait(false))
            {
                return await SqlStatement.QueryAsync(lease.Connection, null, text, read, cancellation, values).ConfigureAwait(false);
            }
        }
        catch (DbException error)
        {
            return EntityErrors.DatabaseError(database.Dialect.Explain(error).Text) with { Strategy = database.Dialect.Name };
        }
    }

    private static ConfigurationVersion Version(DbDataReader row) => new(
        row.GetInt64(0),
        DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(1)),
        new ChangeNote(row.GetString(2))
        {
            By = Text(row, 3),
            Client = Text(row, 4),
            Request = Text(row, 5),
            Reason = Text(row, 6),
            RollbackTo = row.IsDBNull(7) ? null : row.GetInt64(7),
        },
        new ChangeCounts(row.GetInt64(8), row.GetInt64(9), row.GetInt64(10)));

    private static VersionChange Change(DbDataReader row) => new(row.GetString(0), Guid.Parse(row.GetString(1)), State(row, 2), State(row, 3));

    private static ValueMap? State(DbDataReader row, int place) => Text(row, place) is not { } text ? null
        : JsonReader.TryRead(text, out object? value, out string? error) && value is ValueMap map ? map
        : throw new FormatException($"a version holds no JSON: {error}");

    private static string? Text(DbDataReader row, int place) => row.IsDBNull(place) ? null : row.GetString(place);
}
