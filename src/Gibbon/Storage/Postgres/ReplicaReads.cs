using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage.Sql;

namespace Gibbon.Storage.Postgres;

/// <summary>Reads from a replica (<c>pg_ro_*</c>) what requests look for, and writes where everything is written.</summary>
internal sealed class ReplicaReads(IEntityStore primary, IEntityStore replica) : IEntityStore
{
    /// <summary>A store over the replica that settings name, for reading only.</summary>
    public static SqlEntityStore Open(PostgresSettings replica, GatewaySettings settings, SqlTables tables, PostgresDatabase primary, TimeProvider time) => new(
        new PostgresReplica(new PostgresServer(replica, settings.Tls.TrustedCertificates), primary.Dialect), tables, () => primary.Workspace, time);

    public ValueTask<EntityResult<object?>> SelectAsync(Schema schema, Guid id, CancellationToken cancellation = default) =>
        replica.SelectAsync(schema, id, cancellation);

    public ValueTask<EntityResult<object?>> SelectByAsync(Schema schema, string field, object value, CancellationToken cancellation = default) =>
        replica.SelectByAsync(schema, field, value, cancellation);

    public ValueTask<EntityResult<object?>> SelectByCacheKeyAsync(Schema schema, string cacheKey, CancellationToken cancellation = default) =>
        replica.SelectByCacheKeyAsync(schema, cacheKey, cancellation);

    public ValueTask<EntityResult<EntityPage<object>>> PageAsync(Schema schema, EntityQuery query, CancellationToken cancellation = default) =>
        replica.PageAsync(schema, query, cancellation);

    public ValueTask<EntityResult<object>> InsertAsync(Schema schema, ValueMap entity, EntityOptions options = default) =>
        primary.InsertAsync(schema, entity, options);

    public ValueTask<EntityResult<object>> UpdateAsync(Schema schema, Guid id, ValueMap entity, EntityOptions options = default) =>
        primary.UpdateAsync(schema, id, entity, options);

    public ValueTask<EntityResult<object>> UpsertAsync(Schema schema, Guid id, ValueMap entity, EntityOptions options = default) =>
        primary.UpsertAsync(schema, id, entity, options);

    public ValueTask<EntityResult<bool>> DeleteAsync(Schema schema, Guid id, EntityOptions options = default) => primary.DeleteAsync(schema, id, options);

    public ValueTask<WriteResult> WriteAsync(IReadOnlyList<EntityWrite> writes, CancellationToken cancellation = default) => primary.WriteAsync(writes, cancellation);

    public ValueTask<EntityResult<long>> IncrementAsync(Schema schema, ValueMap key, string field, long amount, EntityOptions options = default) =>
        primary.IncrementAsync(schema, key, field, amount, options);

    sealed class PostgresReplica(PostgresServer server, SqlDialect dialect) : SqlDatabase
    {
        public override SqlDialect Dialect => dialect;

        public override ValueTask<SqlLease> ReadAsync(CancellationToken cancellation) => server.LeaseAsync(cancellation);

        public override ValueTask<SqlLease> WriteAsync(CancellationToken cancellation) => throw new InvalidOperationException("a replica is not written to");

        public override ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
