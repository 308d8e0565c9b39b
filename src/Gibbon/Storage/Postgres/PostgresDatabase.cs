using System.Data.Common;
using Gibbon.Storage.Sql;

namespace Gibbon.Storage.Postgres;

/// <summary>Entities in PostgreSQL, read and written on one server.</summary>
internal sealed class PostgresDatabase(PostgresServer server) : SqlDatabase
{
    public override SqlDialect Dialect { get; } = new PostgresDialect();

    public PostgresServer Server => server;

    public override ValueTask<SqlLease> ReadAsync(CancellationToken cancellation) => LeaseAsync(cancellation);

    public override ValueTask<SqlLease> WriteAsync(CancellationToken cancellation) => LeaseAsync(cancellation);

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
