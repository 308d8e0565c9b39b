namespace Gibbon.Storage.Postgres.Migrations;

/// <summary>Makes the tables of one subsystem and says so in <c>schema_meta</c>, both or neither.</summary>
internal static class SubsystemTables
{
    /// <param name="server">Where.</param>
    /// <param name="part">The subsystem and the names that are recorded.</param>
    /// <param name="record">Whether they are; not when they are there already and the tables are only made sure of.</param>
    public static async Task CreateAsync(PostgresServer server, SubsystemMigrations part, bool record)
    {
        var session = await server.OpenAsync().ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var transaction = await session.Connection.BeginTransactionAsync().ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                if (KongMigrations.Tables(part.Subsystem) is { } statements)
                {
                    await session.ExecuteAsync(statements).ConfigureAwait(false);
                }
                if (part.Subsystem == "core")
                {
                    await AddFirstRowsAsync(session).ConfigureAwait(false);
                }
                if (record)
                {
                    // Kong leaves null where none of the migrations had a second half.
                    await session.ExecuteAsync(
                        "INSERT INTO schema_meta (key, subsystem, last_executed, executed, pending) VALUES ('schema_meta', $1, $2, $3, $4)",
                        part.Subsystem,
                        part.Names[^1],
                        part.Names.ToArray(),
                        part.Subsystem == "session" ? null : Array.Empty<string>()).ConfigureAwait(false);
                }
                await transaction.CommitAsync().ConfigureAwait(false);
            }
        }
    }

    static async Task AddFirstRowsAsync(PostgresSession session)
    {
        await session.ExecuteAsync("INSERT INTO workspaces (id, name) VALUES ($1, 'default') ON CONFLICT DO NOTHING", Guid.NewGuid()).ConfigureAwait(false);
        await session.ExecuteAsync(
            "INSERT INTO parameters (key, value) VALUES ('cluster_id', $1) ON CONFLICT DO NOTHING", Guid.NewGuid().ToString()).ConfigureAwait(false);
    }
}
