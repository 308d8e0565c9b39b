using System.Data.Common;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Applying;
using Gibbon.Storage.Versions;

namespace Gibbon.Storage.Sql;

/// <content>Changes of the whole configuration, made of what is stored at that moment.</content>
internal sealed partial class SqlEntityStore : IWholeStore
{
    public async ValueTask<WholeChange> ChangeAsync(Func<EntitySet, WholePlan> decide, WholeOptions options, CancellationToken cancellation)
    {
        WholeChange? result = null;
        await InTurnAsync(async () => result = await AttemptAsync(decide, options, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        return result!;
    }

    private async ValueTask<WholeChange> AttemptAsync(Func<EntitySet, WholePlan> decide, WholeOptions options, CancellationToken cancellation)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await ChangeOnceAsync(decide, options, cancellation).ConfigureAwait(false);
            }
            catch (DbException error) when (attempt < Attempts && MayRepeat(error))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20 * attempt), clock, cancellation).ConfigureAwait(false);
            }
            catch (DbException error)
            {
                return new WholeChange { Version = 0, Error = Named(EntityErrors.DatabaseError(database.Dialect.Explain(error).Text)) };
            }
        }
    }

    private async ValueTask<WholeChange> ChangeOnceAsync(Func<EntitySet, WholePlan> decide, WholeOptions options, CancellationToken cancellation)
    {
        SqlLease lease = await database.WriteAsync(cancellation).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            // What is not committed is rolled back.
            DbTransaction transaction = await lease.Connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                long version = await SqlVersionWriter.HoldAsync(lease.Connection, transaction, cancellation).ConfigureAwait(false);
                WholeChange result = new() { Version = version };
                if (options.Expected is { } expected && expected != version)
                {
                    return result with { IsStale = true };
                }

                (result, List<ChangedEntity> changes) = await MakeAsync(lease.Connection, transaction, decide, result, cancellation).ConfigureAwait(false);
                return options.Rehearse || changes.Count == 0
                    ? result
                    : result with { Version = await FinishAsync(lease.Connection, transaction, changes, cancellation).ConfigureAwait(false) ?? version };
            }
        }
    }

    // What it has decided, and what has changed; nothing if it was refused.
    private async ValueTask<(WholeChange Result, List<ChangedEntity> Changes)> MakeAsync(
        DbConnection connection, DbTransaction transaction, Func<EntitySet, WholePlan> decide, WholeChange result, CancellationToken cancellation)
    {
        SqlWriting writing = new(database.Dialect, tables, connection, transaction, clock.GetUtcNow(), workspace());
        await using (writing.ConfigureAwait(false))
        {
            EntitySet present = await ReadWholeAsync(writing, cancellation).ConfigureAwait(false);
            WholePlan plan = decide(present);
            result = result with { Plan = plan };
            if (plan.Refusal is not null)
            {
                return (result, []);
            }

            List<PlannedWrite> planned = WriteOrder.Of(present, plan.Changes, tables.Schemas, workspace());
            if (await writing.MakeAllAsync(planned.ConvertAll(static one => one.Write), null, cancellation).ConfigureAwait(false) is { } refusal)
            {
                return (result with { Error = Named(refusal.Error), Culprit = planned[refusal.Place].Change }, []);
            }

            await database.Dialect.StepAsideAsync().ConfigureAwait(false);

            List<ChangedEntity> changes = Coalesced.Of(writing.Changes, tables.Schemas);
            return (result with { Changes = Coalesced.Effective(changes) }, changes);
        }
    }

    private async ValueTask<EntitySet> ReadWholeAsync(SqlSession session, CancellationToken cancellation)
    {
        List<ChangedEntity> all = [];
        foreach (SqlTable table in tables.All.Where(static table => Selection.Manages(table.Schema)))
        {
            List<ValueMap> rows = await session.FindAsync(table, SqlText.Lives(table), static _ => { }, cancellation).ConfigureAwait(false);
            await database.Dialect.StepAsideAsync().ConfigureAwait(false);

            all.AddRange(rows.Select(row => new ChangedEntity(table.Schema.Name, null, SqlRow.Entity(table.Schema, row))));
        }

        return EntitySet.Empty(tables.Schemas).With(all, ConfigurationHash.Empty);
    }
}
