using System.Data.Common;
using System.Runtime.InteropServices;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Deltas;
using Gibbon.Storage.Versions;
using Gibbon.Threading;

namespace Gibbon.Storage.Sql;

/// <summary>Entities in a database: one table for each kind, made of its schema. What the database refuses is told in Kong's words.</summary>
internal sealed partial class SqlEntityStore(SqlDatabase database, SqlTables tables, Func<Guid> workspace, TimeProvider clock) : IEntityStore
{
    private const int Attempts = 5;
    private const int ExpiredAtOnce = 1000;

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>
    /// Told what has been written, once it is safe and before whoever wrote it hears of it; in the order in which things were written, as far
    /// as they bear on each other.
    /// </summary>
    public Func<IReadOnlyList<ChangedEntity>, ValueTask>? Committed { get; set; }

    /// <summary>Whether the order in which entities of a kind are written must be the order in which <see cref="Committed"/> is told. Default: always.</summary>
    public Func<Schema, bool> IsOrdered { get; init; } = static _ => true;

    /// <summary>Keeps a version of every change that somebody makes to the configuration (<see cref="ChangeNote"/>); null: none is kept.</summary>
    public SqlVersionWriter? Versions { get; init; }

    /// <summary>Writes changes down for data planes; null: there are none that want them.</summary>
    public SqlDeltaWriter? Deltas { get; init; }

    public SqlTables Tables => tables;

    public SqlDatabase Database => database;

    /// <summary>The workspace that everything is in; known once the database has been prepared.</summary>
    public Guid Workspace => workspace();

    public async ValueTask<EntityResult<object>> InsertAsync(Schema schema, ValueMap entity, EntityOptions options = default) =>
        One(await WriteAsync([EntityWrite.Insert(schema, entity, options)], options.Cancellation).ConfigureAwait(false));

    public async ValueTask<EntityResult<object>> UpdateAsync(Schema schema, Guid id, ValueMap entity, EntityOptions options = default) =>
        One(await WriteAsync([EntityWrite.Update(schema, id, entity, options)], options.Cancellation).ConfigureAwait(false));

    public async ValueTask<EntityResult<object>> UpsertAsync(Schema schema, Guid id, ValueMap entity, EntityOptions options = default) =>
        One(await WriteAsync([EntityWrite.Upsert(schema, id, entity, options)], options.Cancellation).ConfigureAwait(false));

    public async ValueTask<EntityResult<bool>> DeleteAsync(Schema schema, Guid id, EntityOptions options = default)
    {
        WriteResult result = await WriteAsync([EntityWrite.Delete(schema, id, options)], options.Cancellation).ConfigureAwait(false);
        return result.Error is { } error ? error : result.Changes.Any(change => change.SchemaName == schema.Name);
    }

    public async ValueTask<WriteResult> WriteAsync(IReadOnlyList<EntityWrite> writes, CancellationToken cancellation = default)
    {
        if (!writes.Any(write => IsOrdered(write.Schema)))
        {
            return await AttemptAsync(writes, cancellation).ConfigureAwait(false);
        }

        WriteResult? result = null;
        await InTurnAsync(async () => result = await AttemptAsync(writes, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        return result!;
    }

    /// <summary>Does something while nobody on this node writes what must be told in order.</summary>
    public async ValueTask InTurnAsync(Func<ValueTask> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes out the rows that have expired, some at a time so that nobody waits long for a turn to write.</summary>
    public async ValueTask RemoveExpiredAsync(CancellationToken cancellation)
    {
        foreach (SqlTable table in tables.All.Where(static table => table.Find(SqlColumn.Ttl) is not null))
        {
            int removed;
            do
            {
                SqlLease lease = await database.WriteAsync(cancellation).ConfigureAwait(false);
                await using (lease.ConfigureAwait(false))
                {
                    SqlSession session = new(database.Dialect, tables, lease.Connection, null, clock.GetUtcNow(), workspace());
                    await using (session.ConfigureAwait(false))
                    {
                        removed = await session.RemoveExpiredAsync(table, ExpiredAtOnce, cancellation).ConfigureAwait(false);
                    }
                }
            }
            while (removed == ExpiredAtOnce);
        }
    }

    public async ValueTask<EntityResult<long>> IncrementAsync(
        Schema schema, ValueMap key, string field, long amount, EntityOptions options = default)
    {
        SqlTable table = tables[schema.Name];
        ValueMap row = new(key) { [field] = amount };
        try
        {
            SqlLease lease = await database.WriteAsync(options.Cancellation).ConfigureAwait(false);
            await using (lease.ConfigureAwait(false))
            {
                SqlSession session = new(database.Dialect, tables, lease.Connection, null, clock.GetUtcNow(), workspace());
                await using (session.ConfigureAwait(false))
                {
                    return await session.IncrementAsync(table, row, field, options.TimeToLive, options.Cancellation).ConfigureAwait(false);
                }
            }
        }
        catch (DbException error)
        {
            return Failure(error, table, row);
        }
    }

    private async ValueTask<WriteResult> AttemptAsync(IReadOnlyList<EntityWrite> writes, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await WriteOnceAsync(writes, cancellation).ConfigureAwait(false);
            }
            catch (DbException error) when (attempt < Attempts && MayRepeat(error))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20 * attempt), clock, cancellation).ConfigureAwait(false);
            }
            catch (DbException error)
            {
                return WriteResult.Failure(Named(EntityErrors.DatabaseError(database.Dialect.Explain(error).Text)));
            }
        }
    }

    private async ValueTask<WriteResult> WriteOnceAsync(IReadOnlyList<EntityWrite> writes, CancellationToken cancellation)
    {
        SqlLease lease = await database.WriteAsync(cancellation).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            // What is not committed is rolled back.
            DbTransaction transaction = await lease.Connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                object?[] entities = new object?[writes.Count];
                List<ChangedEntity> changes;
                SqlWriting writing = new(database.Dialect, tables, lease.Connection, transaction, clock.GetUtcNow(), workspace());
                await using (writing.ConfigureAwait(false))
                {
                    if (await writing.MakeAllAsync(writes, entities, cancellation).ConfigureAwait(false) is { } refusal)
                    {
                        return WriteResult.Failure(Named(refusal.Error), refusal.Place);
                    }

                    changes = writing.Changes;
                }

                await FinishAsync(lease.Connection, transaction, changes, cancellation).ConfigureAwait(false);
                return new WriteResult { Entities = ImmutableCollectionsMarshal.AsImmutableArray(entities), Changes = [.. changes] };
            }
        }
    }

    // What goes with changes in their transaction, and its end. Gives the number of the version that has come of them, if one has.
    private async ValueTask<long?> FinishAsync(DbConnection connection, DbTransaction transaction, List<ChangedEntity> changes, CancellationToken cancellation)
    {
        if (changes.Count > SqlCommands.AtOnce)
        {
            await database.Dialect.StepAsideAsync().ConfigureAwait(false);
        }

        SqlBundle bundle = new(connection, transaction);
        VersionInMaking? version = ChangeNote.Current is { } note ? Versions?.Begin(bundle, changes, note) : null;
        database.Announce(bundle, changes);
        await bundle.RunAsync(cancellation).ConfigureAwait(false);
        if (version is not null)
        {
            await Versions!.EndAsync(version, connection, transaction, cancellation).ConfigureAwait(false);
        }

        if (Deltas is { } deltas)
        {
            await deltas.AddAsync(connection, transaction, changes, cancellation).ConfigureAwait(false);
        }

        await CommitAsync(transaction).ConfigureAwait(false);
        if (version is not null)
        {
            Versions!.Committed(version);
        }

        if (Committed is { } committed && changes.Count > 0)
        {
            await database.Dialect.StepAsideAsync().ConfigureAwait(false);
            LongWork.GiveWay();

            await committed(changes).ConfigureAwait(false);
        }

        return version?.Number;
    }

    // Whoever gives up waiting does not undo it any more.
    private async ValueTask CommitAsync(DbTransaction transaction)
    {
        LongWork.GiveWay();
        try
        {
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (DbException error) when (database.Dialect.Explain(error).Kind == SqlFailureKind.Lost)
        {
            throw new UncertainCommitException(error);
        }
    }

    private bool MayRepeat(DbException error) => database.Dialect.Explain(error).Kind is SqlFailureKind.Conflict or SqlFailureKind.Lost;

    private static EntityResult<object> One(WriteResult result)
    {
        if (result.Error is { } error)
        {
            return error;
        }

        return result.Entities[0]!;
    }

    private EntityError Failure(DbException error, SqlTable table, ValueMap values) =>
        Named(SqlErrors.Of(database.Dialect.Explain(error), tables, table, values));

    private EntityError Named(EntityError error) => error with { Strategy = database.Dialect.Name };
}
