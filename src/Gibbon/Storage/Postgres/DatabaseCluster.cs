using Gibbon.Pdk;

namespace Gibbon.Storage.Postgres;

/// <summary>The nodes that share a database.</summary>
internal sealed class DatabaseCluster(PostgresDatabase database) : ICluster
{
    public ValueTask<Result<Guid?>> GetIdAsync() => new(database.ClusterId == Guid.Empty ? null : (Guid?)database.ClusterId);
}
