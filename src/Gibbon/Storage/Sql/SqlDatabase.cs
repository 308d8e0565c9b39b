using System.Data.Common;

namespace Gibbon.Storage.Sql;

/// <summary>A database that can be reached: hands out connections.</summary>
internal abstract class SqlDatabase : IAsyncDisposable
{
    public abstract SqlDialect Dialect { get; }

    /// <summary>A connection to read with.</summary>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public abstract ValueTask<SqlLease> ReadAsync(CancellationToken cancellation);

    /// <summary>A connection to write with; where only one may write, the wait for its turn.</summary>
    /// <exception cref="DbException">The database cannot be reached.</exception>
    public abstract ValueTask<SqlLease> WriteAsync(CancellationToken cancellation);

    /// <summary>Sees whether the database can be used, and makes what is missing in it.</summary>
    /// <exception cref="InvalidOperationException">It cannot be used; the message says why.</exception>
    public virtual ValueTask PrepareAsync(SqlTables tables) => ValueTask.CompletedTask;

    /// <summary>Adds to the last statements before a commit those that tell other nodes of the changes, as part of the same transaction.</summary>
    public virtual void Announce(SqlBundle bundle, IReadOnlyList<ChangedEntity> changes)
    {
    }

    public abstract ValueTask DisposeAsync();
}

/// <summary>A connection for as long as it is needed. Given back when disposed.</summary>
internal readonly struct SqlLease(DbConnection connection, Func<DbConnection, ValueTask> giveBack) : IAsyncDisposable
{
    public DbConnection Connection => connection;

    public ValueTask DisposeAsync() => giveBack(connection);
}
