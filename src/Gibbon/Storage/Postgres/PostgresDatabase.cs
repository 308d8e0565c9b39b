using System.Data.Common;
using Gibbon.Storage.Postgres.Events;
using Gibbon.Storage.Sql;

namespace Gibbon.Storage.Postgres;

/// <summary>Entities in PostgreSQL, read and written on one server.</summary>
internal sealed class PostgresDatabase(PostgresServer server) : SqlDatabase
{
    public override SqlDialect Dialect { get; } = new PostgresDialect();

    public PostgresServer Server => server;

    /// <summary>The events that tell other nodes of changes; written with the changes, so that nobody hears of what did not happen.</summary>
    public ClusterEventTable? Events { get; init; }

    /// <summary>What is to be told of a change.</summary>
    public Func<ChangedEntity, IEnumerable<ClusterEvent>> Describe { get; init; } = static _ => [];

    public override ValueTask<SqlLease> ReadAsync(CancellationToken cancellation) => LeaseAsync(cancellation);

    public override ValueTask<SqlLease> WriteAsync(CancellationToken cancellation) => LeaseAsync(cancellation);

    public override async ValueTask AnnounceAsync(DbConnection connection, IReadOnlyList<ChangedEntity> changes, CancellationToken cancellation)
    {
        if (Events is { } events && changes.SelectMany(Describe).Select(static told => (told, TimeSpan.Zero)).ToList() is { Count: > 0 } all)
        {
            await events.WriteAsync(connection, all, cancellation).ConfigureAwait(false);
        }
    }

    public override ValueTask DisposeAsync() => server.DisposeAsync();

    async ValueTask<SqlLease> LeaseAsync(CancellationToken cancellation)
    {
        var session = await server.OpenAsync(cancellation).ConfigureAwait(false);
        return new SqlLease(session.Connection, GiveBackAsync);
    }

    async ValueTask GiveBackAsync(DbConnection connection)
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        server.Release();
    }
}
