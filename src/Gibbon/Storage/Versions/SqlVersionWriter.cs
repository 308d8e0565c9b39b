using System.Data.Common;
using System.Text;
using Gibbon.Pdk;
using Gibbon.Storage.Sql;

namespace Gibbon.Storage.Versions;

/// <summary>Keeps versions in the transaction that makes the changes: there is none without the other.</summary>
/// <param name="schemas">What is stored.</param>
/// <param name="kept">How many versions are kept; 0: only their number is counted.</param>
/// <param name="clock">The time.</param>
/// <param name="dialect">How the database wants to be spoken to.</param>
internal sealed class SqlVersionWriter(EntitySchemas schemas, int kept, TimeProvider clock, SqlDialect dialect)
{
    private static readonly SqlColumn[] s_columns =
    [
        new("version", SqlType.Integer), new("place", SqlType.Integer), new("kind", SqlType.Text), new("entity_id", SqlType.Text), new("state_before", SqlType.Text),
        new("state_after", SqlType.Text),
    ];

    /// <summary>The number of the present version; nobody makes another before the transaction ends.</summary>
    public static async ValueTask<long> HoldAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellation) => (await SqlStatement.QueryAsync(
        connection, transaction, $"UPDATE {VersionTables.Counter} SET number = number WHERE id = 1 RETURNING number", static row => row.GetInt64(0), cancellation)
        .ConfigureAwait(false))[0];

    /// <summary>Makes a version of changes, if they change anything.</summary>
    /// <returns>Its number; null when nothing changed.</returns>
    public async ValueTask<long?> AddAsync(
        DbConnection connection, DbTransaction transaction, IEnumerable<ChangedEntity> changes, ChangeNote note, CancellationToken cancellation)
    {
        List<ChangedEntity> effective = Coalesced.Effective(changes);
        if (effective.Count == 0)
        {
            return null;
        }

        (long number, long altogether) = (await SqlStatement.QueryAsync(
            connection,
            transaction,
            $"UPDATE {VersionTables.Counter} SET number = number + 1, changes = changes + @count WHERE id = 1 RETURNING number, changes",
            static row => (row.GetInt64(0), row.GetInt64(1)),
            cancellation,
            ("@count", (long)effective.Count)).ConfigureAwait(false))[0];
        if (kept > 0)
        {
            await WriteAsync(connection, transaction, new ConfigurationVersion(number, clock.GetUtcNow(), note, ChangeCounts.Of(effective)), altogether, cancellation).ConfigureAwait(false);
            await WriteAsync(connection, transaction, number, effective, cancellation).ConfigureAwait(false);
            if (number > kept || altogether > VersionLimits.MostChanges)
            {
                await ForgetAsync(connection, transaction, number, altogether, cancellation).ConfigureAwait(false);
            }
        }

        return number;
    }

    private static async ValueTask WriteAsync(
        DbConnection connection, DbTransaction transaction, ConfigurationVersion version, long changes, CancellationToken cancellation) => await SqlStatement.RunAsync(
            connection,
            transaction,
            $"INSERT INTO {VersionTables.Versions} (number, created_at, source, author, client, request, reason, rollback_to, created, updated, deleted, changes) "
                + "VALUES (@number, @created_at, @source, @author, @client, @request, @reason, @rollback_to, @created, @updated, @deleted, @changes)",
            cancellation,
            ("@number", version.Number),
            ("@created_at", version.CreatedAt.ToUnixTimeSeconds()),
            ("@source", version.Note.Source),
            ("@author", version.Note.By),
            ("@client", version.Note.Client),
            ("@request", version.Note.Request),
            ("@reason", version.Note.Reason),
            ("@rollback_to", version.Note.RollbackTo),
            ("@created", version.Counts.Created),
            ("@updated", version.Counts.Updated),
            ("@deleted", version.Counts.Deleted),
            ("@changes", changes)).ConfigureAwait(false);

    private async ValueTask WriteAsync(DbConnection connection, DbTransaction transaction, long version, List<ChangedEntity> changes, CancellationToken cancellation)
    {
        SqlCommands commands = new(dialect, connection, transaction);
        await using (commands.ConfigureAwait(false))
        {
            await commands.InsertAsync(
                $"INSERT INTO {VersionTables.Changes} ({SqlText.Names(s_columns)}) VALUES ({SqlText.Parameters(s_columns)})",
                s_columns,
                changes.Count,
                place =>
                {
                    VersionChange change = VersionChange.Of(changes[place], schemas);
                    return [version, (long)place, change.Kind, change.Id.ToString(), Text(change.Before), Text(change.After)];
                },
                cancellation).ConfigureAwait(false);
        }
    }

    // The oldest go, of which there are too many, or with which there would be too many changes altogether. Most often there is one of them, and the
    // index leads to it: each write comes by here, and must not read every version for it.
    private async ValueTask ForgetAsync(DbConnection connection, DbTransaction transaction, long number, long changes, CancellationToken cancellation)
    {
        await SqlStatement.RunAsync(
            connection, transaction, $"DELETE FROM {VersionTables.Versions} WHERE number <= @oldest", cancellation, ("@oldest", number - kept)).ConfigureAwait(false);
        long most = changes - VersionLimits.MostChanges;
        if (most > 0 && (await SqlStatement.QueryAsync(
            connection, transaction, $"SELECT changes FROM {VersionTables.Versions} ORDER BY number LIMIT 1", static row => row.GetInt64(0), cancellation)
            .ConfigureAwait(false))[0] < most)
        {
            await SqlStatement.RunAsync(
                connection,
                transaction,
                $"DELETE FROM {VersionTables.Versions} WHERE changes < @changes AND number < @number",
                cancellation,
                ("@changes", most),
                ("@number", number)).ConfigureAwait(false);
        }

        await SqlStatement.RunAsync(
            connection,
            transaction,
            $"DELETE FROM {VersionTables.Changes} WHERE version < (SELECT MIN(number) FROM {VersionTables.Versions})",
            cancellation).ConfigureAwait(false);
    }

    private static string? Text(Pdk.Schemas.ValueMap? state) => state is null ? null : Encoding.UTF8.GetString(ValueJson.Write(state));
}
