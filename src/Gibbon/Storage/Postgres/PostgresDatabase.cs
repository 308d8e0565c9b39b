using Gibbon.Settings;
using Gibbon.Storage.Postgres.Events;
using Gibbon.Storage.Postgres.Migrations;
using Gibbon.Storage.Sql;
using Npgsql;

namespace Gibbon.Storage.Postgres;

/// <summary>Entities in a PostgreSQL database of Kong's layout, which Kong nodes may share.</summary>
internal sealed class PostgresDatabase : SqlDatabase
{
    readonly PostgresServer server;
    readonly EntitySchemas schemas;
    readonly Migrator migrator;
    readonly bool isControlPlane;
    readonly bool explains;

    public PostgresDatabase(GatewaySettings settings, EntitySchemas schemas, Guid node, TimeProvider time)
    {
        this.schemas = schemas;
        isControlPlane = settings.Node.Role is NodeRole.ControlPlane;
        explains = isControlPlane && !settings.Hybrid.IncrementalSync;
        server = new PostgresServer(settings.Database.Postgres, settings.Tls.TrustedCertificates);
        migrator = new Migrator(server, KongMigrations.For(settings.Plugins), time, static _ => { });
        Events = new ClusterEventTable(node, settings.Cache.UpdatePropagation);
    }

    public override SqlDialect Dialect { get; } = new PostgresDialect();

    public PostgresServer Server => server;

    /// <summary>The events that tell other nodes of changes; written with the changes, so that nobody hears of what did not happen.</summary>
    public ClusterEventTable Events { get; }

    /// <summary>The default workspace, whose id every database makes up for itself.</summary>
    public Guid Workspace { get; private set; }

    /// <summary>The id that all nodes on the database share.</summary>
    public Guid ClusterId { get; private set; }

    public override async ValueTask PrepareAsync(SqlTables tables)
    {
        if (Migrator.Obstacle(await migrator.StateAsync().ConfigureAwait(false)) is { } obstacle)
        {
            throw new DatabaseException(obstacle);
        }
        try
        {
            await OwnTables.BringAsync(server, tables, Dialect).ConfigureAwait(false);
            var session = await server.OpenAsync().ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                Workspace = (Guid)(await session.ScalarAsync("SELECT id FROM workspaces WHERE name = 'default'").ConfigureAwait(false)
                    ?? throw new DatabaseException("the database has no workspace 'default'"));
                ClusterId = Guid.TryParse((string?)await session.ScalarAsync("SELECT value FROM parameters WHERE key = 'cluster_id'").ConfigureAwait(false), out var id)
                    ? id
                    : Guid.Empty;
            }
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            throw DatabaseException.Of(PostgresFailure.Text(failure), failure);
        }
    }

    public override ValueTask<SqlLease> ReadAsync(CancellationToken cancellation) => server.LeaseAsync(cancellation);

    public override ValueTask<SqlLease> WriteAsync(CancellationToken cancellation) => server.LeaseAsync(cancellation);

    public override void Announce(SqlBundle bundle, IReadOnlyList<ChangedEntity> changes)
    {
        List<ClusterEvent> events = [.. changes.Where(static change => !change.Silent).SelectMany(EventsOf)];
        if (changes.Count > 1)
        {
            // What follows of each of many changes (the router is to be built anew) is said once, after all that it follows from.
            events = [.. Enumerable.Reverse(events).Distinct().Reverse()];
        }
        if (events.Select(static told => (told, TimeSpan.Zero)).ToList() is { Count: > 0 } all)
        {
            if (explains)
            {
                all.Add((new ClusterEvent(ClusterEvent.Explained, "*"), TimeSpan.Zero));
            }
            Events.Write(bundle, all);
        }
    }

    // Control planes tell each other that their data planes are to be told.
    IEnumerable<ClusterEvent> EventsOf(ChangedEntity change)
    {
        var schema = schemas.Find(change.SchemaName)!;
        var events = ChangeEvents.Of(change, schema, Workspace);
        return isControlPlane && schema.Exported
            ? events.Append(new ClusterEvent(ClusterEvent.PushConfiguration, $"{schema.Name}:{change.Operation}"))
            : events;
    }

    public override ValueTask DisposeAsync() => server.DisposeAsync();
}
