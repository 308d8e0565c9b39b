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
    // More changes than this are better made by a statement that is prepared for them.
    private const int Few = 10;

    // What has just been counted, for statements that are sent before anybody has heard of it.
    private const string Number = $"(SELECT number FROM {VersionTables.Counter} WHERE id = 1)";
    private const string Altogether = $"(SELECT changes FROM {VersionTables.Counter} WHERE id = 1)";

    private static readonly SqlColumn[] s_columns =
    [
        new("version", SqlType.Integer), new("place", SqlType.Integer), new("kind", SqlType.Text), new("entity_id", SqlType.Text), new("state_before", SqlType.Text),
        new("state_after", SqlType.Text),
    ];

    private long _expected;

    /// <summary>The number of the present version; nobody makes another before the transaction ends.</summary>
    public static async ValueTask<long> HoldAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancellation) => (await SqlStatement.QueryAsync(
        connection, transaction, $"UPDATE {VersionTables.Counter} SET number = number WHERE id = 1 RETURNING number", static row => row.GetInt64(0), cancellation)
        .ConfigureAwait(false))[0];

    /// <summary>Adds to the last statements of a transaction those that make a version of its changes, if they change anything.</summary>
    /// <returns>The version, to be ended when they have been made; null when nothing changes.</returns>
    public VersionInMaking? Begin(SqlBundle bundle, IEnumerable<ChangedEntity> changes, ChangeNote note)
    {
        List<ChangedEntity> effective = Coalesced.Effective(changes);
        if (effective.Count == 0)
        {
            return null;
        }

        VersionInMaking version = new(effective, Volatile.Read(ref _expected));
        bundle.Add(
            $"UPDATE {VersionTables.Counter} SET number = number + 1, changes = changes + @count WHERE id = 1 RETURNING number, changes",
            row => (version.Number, version.Altogether) = (row.GetInt64(0), row.GetInt64(1)),
            ("@count", (long)effective.Count));
        if (kept > 0)
        {
            Write(bundle, new ConfigurationVersion(0, clock.GetUtcNow(), note, ChangeCounts.Of(effective)));
            for (int place = 0; effective.Count <= Few && place < effective.Count; place++)
            {
                (string Name, object? Value)[] values = [.. Row(0, place, effective[place]).Zip(s_columns, static (value, column) => (SqlText.Parameter(column), value)).Skip(1)];
                bundle.Add($"INSERT INTO {VersionTables.Changes} ({SqlText.Names(s_columns)}) VALUES ({Number}, {SqlText.Parameters(s_columns.Skip(1))})", values);
            }

            Forget(bundle, version.Expected - kept);
        }

        return version;
    }

    /// <summary>Does what could not be done before the number of a version was known.</summary>
    public async ValueTask EndAsync(VersionInMaking version, DbConnection connection, DbTransaction transaction, CancellationToken cancellation)
    {
        if (kept == 0)
        {
            return;
        }

        if (version.Changes.Count > Few)
        {
            await WriteAsync(connection, transaction, version, cancellation).ConfigureAwait(false);
        }

        if (version.Number != version.Expected && version.Number > kept)
        {
            await ForgetAsync(connection, transaction, "number <= @oldest", cancellation, ("@oldest", version.Number - kept)).ConfigureAwait(false);
        }

        long most = version.Altogether - VersionLimits.MostChanges;
        if (most > 0 && (await SqlStatement.QueryAsync(
            connection, transaction, $"SELECT changes FROM {VersionTables.Versions} ORDER BY number LIMIT 1", static row => row.GetInt64(0), cancellation)
            .ConfigureAwait(false))[0] < most)
        {
            await ForgetAsync(connection, transaction, "changes < @changes AND number < @number", cancellation, ("@changes", most), ("@number", version.Number))
                .ConfigureAwait(false);
        }
    }

    /// <summary>Told that a version is safe, and so what number comes next.</summary>
    public void Committed(VersionInMaking version) => Volatile.Write(ref _expected, version.Number + 1);

    private static void Write(SqlBundle bundle, ConfigurationVersion version) => bundle.Add(
        $"INSERT INTO {VersionTables.Versions} (number, created_at, source, author, client, request, reason, rollback_to, created, updated, deleted, changes) "
            + $"VALUES ({Number}, @created_at, @source, @author, @client, @request, @reason, @rollback_to, @created, @updated, @deleted, {Altogether})",
        ("@created_at", version.CreatedAt.ToUnixTimeSeconds()),
        ("@source", version.Note.Source),
        ("@author", version.Note.By),
        ("@client", version.Note.Client),
        ("@request", version.Note.Request),
        ("@reason", version.Note.Reason),
        ("@rollback_to", version.Note.RollbackTo),
        ("@created", version.Counts.Created),
        ("@updated", version.Counts.Updated),
        ("@deleted", version.Counts.Deleted));

    private async ValueTask WriteAsync(DbConnection connection, DbTransaction transaction, VersionInMaking version, CancellationToken cancellation)
    {
        SqlCommands commands = new(dialect, connection, transaction);
        await using (commands.ConfigureAwait(false))
        {
            await commands.InsertAsync(
                $"INSERT INTO {VersionTables.Changes} ({SqlText.Names(s_columns)}) VALUES ({SqlText.Parameters(s_columns)})",
                s_columns,
                version.Changes.Count,
                place => Row(version.Number, place, version.Changes[place]),
                cancellation).ConfigureAwait(false);
        }
    }

    private object?[] Row(long version, int place, ChangedEntity changed)
    {
        VersionChange change = VersionChange.Of(changed, schemas);
        return [version, (long)place, change.Kind, change.Id.ToString(), Text(change.Before), Text(change.After)];
    }

    // Each write comes by here, and most often one version goes: the one that is as far back as are kept. It is named by its number, for PostgreSQL leaves behind what is deleted
    // until it is cleaned up: whoever looks for anything older than some number walks over all of that, minutes after a version of many changes has gone.
    private static void Forget(SqlBundle bundle, long number)
    {
        if (number > 0)
        {
            bundle.Add($"DELETE FROM {VersionTables.Versions} WHERE number = @number", ("@number", number));
            bundle.Add($"DELETE FROM {VersionTables.Changes} WHERE version = @version", ("@version", number));
        }
    }

    // Where the number was not the one that was expected (the first of a process, one after that of another node), or where there are too many changes altogether.
    private static async ValueTask ForgetAsync(
        DbConnection connection, DbTransaction transaction, string which, CancellationToken cancellation, params (string Name, object? Value)[] values)
    {
        List<long> gone = await SqlStatement.QueryAsync(
            connection, transaction, $"DELETE FROM {VersionTables.Versions} WHERE {which} RETURNING number", static row => row.GetInt64(0), cancellation, values).ConfigureAwait(false);
        if (gone.Count > 0)
        {
            await SqlStatement.RunAsync(
                connection,
                transaction,
                $"DELETE FROM {VersionTables.Changes} WHERE version BETWEEN @first AND @last",
                cancellation,
                ("@first", gone.Min()),
                ("@last", gone.Max())).ConfigureAwait(false);
        }
    }

    private static string? Text(Pdk.Schemas.ValueMap? state) => state is null ? null : Encoding.UTF8.GetString(ValueJson.Write(state));
}

/// <summary>A version whose statements are on their way.</summary>
/// <param name="changes">What it changes.</param>
/// <param name="expected">The number that it has if nobody else made one meanwhile.</param>
internal sealed class VersionInMaking(List<ChangedEntity> changes, long expected)
{
    public List<ChangedEntity> Changes => changes;

    public long Expected => expected;

    /// <summary>Its number; known once the statements have been made.</summary>
    public long Number { get; set; }

    /// <summary>How many changes there have been since versions are counted.</summary>
    public long Altogether { get; set; }
}
