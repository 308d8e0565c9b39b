using System.Collections.Immutable;
using Npgsql;

namespace Gibbon.Storage.Postgres.Migrations;

/// <summary>
/// Brings a database to where Kong 3.9 has it, as <c>migrations bootstrap</c>, <c>up</c>, <c>finish</c> and <c>reset</c> of Kong do. It makes what is not there; what
/// an older Kong has written it leaves to Kong, whose own migrations know how to carry it over.
/// </summary>
internal sealed class Migrator(PostgresServer server, ImmutableArray<SubsystemMigrations> known, TimeProvider time, Action<string> say)
{
    readonly MigrationLock turn = new(server, time);

    /// <summary>How far the database is.</summary>
    /// <exception cref="DatabaseException">The server cannot be reached or is too old.</exception>
    public Task<SchemaState> StateAsync() => GuardAsync(async () =>
    {
        try
        {
            var session = await server.OpenAsync().ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                CheckVersion(session.Connection.PostgreSqlVersion);
                return SchemaState.Of(known, await SchemaMeta.ReadAsync(session).ConfigureAwait(false));
            }
        }
        catch (Exception failure) when (failure is NpgsqlException and not PostgresException or TimeoutException)
        {
            throw DatabaseException.Of($"failed to retrieve PostgreSQL server_version_num: {PostgresFailure.Text(failure)}", failure);
        }
    });

    /// <summary>Makes an empty database ready.</summary>
    public Task BootstrapAsync(SchemaState state, TimeSpan lockLifetime) => GuardAsync(async () =>
    {
        if (!state.NeedsBootstrap)
        {
            say("Database already bootstrapped");
            return;
        }
        say("Bootstrapping database...");
        await SchemaMeta.CreateAsync(server).ConfigureAwait(false);
        await InTurnAsync(lockLifetime, wait: false, async () =>
        {
            // Another node may have been done between the look and the lock.
            var now = await StateAsync().ConfigureAwait(false);
            if (!now.New.IsEmpty)
            {
                await RunAsync(now.New, record: true).ConfigureAwait(false);
            }
            say("Database is up-to-date");
        }).ConfigureAwait(false);
    });

    /// <summary>Makes the tables of plugins that were not enabled before.</summary>
    /// <returns>False when another node was at it.</returns>
    public Task<bool> UpAsync(SchemaState state, TimeSpan lockLifetime, bool force = false) => GuardAsync(() =>
    {
        CheckBootstrapped(state);
        CheckPending(state, force);
        return InTurnAsync(lockLifetime, wait: true, async () =>
        {
            var now = await StateAsync().ConfigureAwait(false);
            CheckPending(now, force);
            CheckAge(now);
            if (force && !now.Executed.IsEmpty)
            {
                await RunAsync(now.Executed, record: false).ConfigureAwait(false);
            }
            if (!now.New.IsEmpty)
            {
                await RunAsync(now.New, record: true).ConfigureAwait(false);
            }
            else if (!force)
            {
                say("Database is already up-to-date");
            }
        });
    });

    /// <summary>Ends migrations that were begun. Ours are never left open; those that Kong left open need Kong.</summary>
    public Task FinishAsync(SchemaState state, TimeSpan lockLifetime, bool force = false) => GuardAsync(() =>
    {
        CheckBootstrapped(state);
        return InTurnAsync(lockLifetime, wait: false, async () =>
        {
            var now = await StateAsync().ConfigureAwait(false);
            CheckAge(now);
            if (now.Pending is [var unfinished, ..])
            {
                throw new DatabaseException(MigrationTexts.Unfinished(unfinished.Subsystem, unfinished.Names[0]));
            }
            if (force && !now.Executed.IsEmpty)
            {
                await RunAsync(now.Executed, record: false).ConfigureAwait(false);
            }
            if (!now.New.IsEmpty)
            {
                say("\n" + MigrationTexts.NewAvailable);
            }
            else if (!force)
            {
                say("No pending migrations to finish");
            }
        });
    });

    /// <summary>Takes everything out.</summary>
    /// <returns>False when there is nothing, or another node is at it.</returns>
    public Task<bool> ResetAsync(SchemaState state, TimeSpan lockLifetime) => GuardAsync(async () =>
    {
        if (state.NeedsBootstrap)
        {
            say("Database not bootstrapped, nothing to reset");
            return false;
        }
        return await InTurnAsync(lockLifetime, wait: false, async () =>
        {
            say("Resetting database...");
            await SchemaMeta.DropAsync(server).ConfigureAwait(false);
            say("Database successfully reset");
        }).ConfigureAwait(false);
    });

    /// <summary>What keeps a node from starting on this database, as a line for its user; null when nothing does.</summary>
    public static string? Obstacle(SchemaState state) =>
        state.NeedsBootstrap ? MigrationTexts.NeedsBootstrap
        : state.Behind is { } behind ? MigrationTexts.TooOld(behind.Subsystem, behind.Last)
        : state.New.IsEmpty ? null : MigrationTexts.NewAvailable;

    async Task RunAsync(ImmutableArray<SubsystemMigrations> migrations, bool record)
    {
        foreach (var part in migrations)
        {
            say($"migrating {part.Subsystem} on database '{server.Settings.Database}'...");
            await SubsystemTables.CreateAsync(server, part, record).ConfigureAwait(false);
            foreach (var name in part.Names)
            {
                say($"{part.Subsystem} migrated up to: {name} (executed)");
            }
        }
        var count = migrations.Sum(static part => part.Names.Length);
        say($"{count} migration{(count > 1 ? "s" : "")} processed");
        say($"{count} executed");
    }

    async Task<bool> InTurnAsync(TimeSpan lifetime, bool wait, Func<Task> action)
    {
        var mine = await turn.RunAsync(lifetime, wait, action).ConfigureAwait(false);
        if (!mine)
        {
            say(MigrationTexts.NotLeader);
        }
        return mine;
    }

    static void CheckVersion(Version version)
    {
        if (version < new Version(9, 5))
        {
            throw DatabaseException.Of($"Kong requires PostgreSQL 9.5 or greater (currently using {version.Major}.{version.Minor})");
        }
    }

    static void CheckBootstrapped(SchemaState state)
    {
        if (state.NeedsBootstrap)
        {
            throw new DatabaseException("Cannot run migrations: " + MigrationTexts.NeedsBootstrap);
        }
        CheckAge(state);
    }

    static void CheckAge(SchemaState state)
    {
        if (state.Behind is { } behind)
        {
            throw new DatabaseException(MigrationTexts.TooOld(behind.Subsystem, behind.Last));
        }
    }

    static void CheckPending(SchemaState state, bool force)
    {
        if (!force && !state.Pending.IsEmpty)
        {
            throw new DatabaseException(MigrationTexts.Pending);
        }
    }

    static Task GuardAsync(Func<Task> action) => GuardAsync(async () =>
    {
        await action().ConfigureAwait(false);
        return true;
    });

    static async Task<T> GuardAsync<T>(Func<Task<T>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            throw DatabaseException.Of(PostgresFailure.Text(failure), failure);
        }
    }
}
