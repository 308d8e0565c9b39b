using System.Data.Common;
using System.Runtime.ExceptionServices;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Threading;

namespace Gibbon.Storage.Sql;

/// <summary>The changes of one transaction: makes them one by one, and notes what became of which entity.</summary>
internal sealed partial class SqlWriting(
    SqlDialect dialect, SqlTables tables, DbConnection connection, DbTransaction transaction, DateTimeOffset now, Guid workspace)
    : SqlSession(dialect, tables, connection, transaction, now, workspace)
{
    // What has just been written has a moment less to live than was asked for: in Kong the row is read back by another clock, a little later.
    protected override TimeSpan Passed => TimeSpan.FromMilliseconds(1);

    /// <summary>Everything that has changed so far.</summary>
    public List<ChangedEntity> Changes { get; } = [];

    private readonly Dictionary<(string Verb, string Name), string> _texts = [];
    private bool _silent;

    /// <summary>Makes one change.</summary>
    /// <returns>The entity as stored; null when it was deleted.</returns>
    public async ValueTask<EntityResult<object?>> MakeAsync(EntityWrite write)
    {
        SqlTable table = Tables[write.Schema.Name];
        _silent = write.Options.Silent;
        try
        {
            if (write.Condition is { } condition && await MeetAsync(table, write.Id, condition, write.Options.Cancellation).ConfigureAwait(false) is { } unmet)
            {
                return unmet;
            }

            return write.Kind == WriteKind.Delete
                ? await DeleteAsync(table, write.Id, write.Options.Cancellation).ConfigureAwait(false)
                : await PutAsync(table, write).ConfigureAwait(false);
        }
        catch (DbException error)
        {
            return await RefusalAsync(table, write, error).ConfigureAwait(false);
        }
    }

    // What a refusal means; what may succeed when it is tried once more is thrown.
    private async ValueTask<EntityError> RefusalAsync(SqlTable table, EntityWrite write, DbException error)
    {
        SqlFailure failure = Dialect.Explain(error);
        if (failure.Kind is SqlFailureKind.Conflict or SqlFailureKind.Lost)
        {
            ExceptionDispatchInfo.Throw(error);
        }

        // Of an entity that is there under its id and under its name too, PostgreSQL tells the id, SQLite the name.
        if (failure.Kind == SqlFailureKind.Unique && write.Kind == WriteKind.Insert && !Dialect.TellsTakenKeyFirst
            && await FindByKeyAsync(table, write.Entity!, write.Options.Cancellation).ConfigureAwait(false) is not null)
        {
            failure = failure with { Columns = [.. table.Key.Select(static key => key.Name)] };
        }

        return SqlErrors.Of(failure, Tables, table, write.Entity ?? []);
    }

    // First nobody else may change the entity any more, then it is looked at.
    private async ValueTask<EntityError?> MeetAsync(
        SqlTable table, Guid id, Func<IEntityReader, CancellationToken, ValueTask<EntityError?>> condition, CancellationToken cancellation)
    {
        if (Dialect.Hold is { } hold && await FindByIdAsync(table, id, cancellation).ConfigureAwait(false) is { } row)
        {
            foreach (string name in new[] { table.Name, table.Apart }.OfType<string>())
            {
                await RunAsync(new SqlStep(SqlText.Hold(table, name, hold), table, table.Key, row), cancellation).ConfigureAwait(false);
            }
        }

        return await condition(new SqlTransactionReader(this, Tables), cancellation).ConfigureAwait(false);
    }

    private async ValueTask<EntityResult<object?>> PutAsync(SqlTable table, EntityWrite write)
    {
        CancellationToken cancellation = write.Options.Cancellation;
        ValueMap values = write.Entity!;
        bool isOneStep = IsOneStep(table, write);
        ValueMap? before = write.Kind == WriteKind.Insert ? null
            : isOneStep ? await ReplaceAsync(table, write, cancellation).ConfigureAwait(false)
            : table.HasId ? await FindOneAsync(table, table.Key[0], write.Id.ToString(), cancellation).ConfigureAwait(false)
            : await FindByKeyAsync(table, values, cancellation).ConfigureAwait(false);
        if (before is null && write.Kind == WriteKind.Update)
        {
            return EntityErrors.NotFound(new ValueMap { ["id"] = write.Id.ToString() });
        }

        if (isOneStep)
        {
            return Note(table, values, before);
        }

        if (await MissingAsync(table, values, cancellation).ConfigureAwait(false) is { } missing)
        {
            return missing;
        }

        if (table.Apart is not null && await TakenApartAsync(table, values, cancellation).ConfigureAwait(false) is { } taken)
        {
            return taken;
        }

        await StoreAsync(table, write, before, cancellation).ConfigureAwait(false);
        return Note(table, values, before);
    }

    private object Note(SqlTable table, ValueMap values, ValueMap? before)
    {
        object entity = SqlRow.Entity(table.Schema, values);
        Changes.Add(new ChangedEntity(table.Schema.Name, before is null ? null : SqlRow.Entity(table.Schema, before), entity) { Silent = _silent });
        return entity;
    }

    // Whether a change is the same statement whatever is there: it lies in one table, does not expire, and the database itself looks where references lead. Then what is there
    // can be asked for in the same breath.
    private bool IsOneStep(SqlTable table, EntityWrite write) => SendsTogether && Dialect.TellsMissingReferences && write.Kind == WriteKind.Update
        && table is { HasId: true, Apart: null, Extension: null } && table.Find(SqlColumn.Ttl) is null;

    // If there was nothing, whoever comes later is not to find a change that nobody knows of: the transaction is not committed.
    private async ValueTask<ValueMap?> ReplaceAsync(SqlTable table, EntityWrite write, CancellationToken cancellation)
    {
        ValueMap? before = null;
        SqlStep step = Steps(table, write, write.Entity).Single();
        SqlBundle both = NewBundle();
        AddFind(both, table, table.Key[0], write.Id.ToString(), row => before = row);
        both.Add(step.Text, parameters => step.Bind(this, parameters));
        using QuerySpan span = new(Dialect, step.Text);
        await both.RunAsync(cancellation).ConfigureAwait(false);
        return before;
    }

    // Of two tables of one kind neither knows what is taken in the other.
    private async ValueTask<EntityError?> TakenApartAsync(SqlTable table, ValueMap values, CancellationToken cancellation)
    {
        foreach (SqlColumn column in table.Columns.Where(static column => column.Field is { Unique: true }))
        {
            string name = column.Field!.Name;
            if (values.Get(name) is { } value
                && await FindOneAsync(table, column, value, cancellation).ConfigureAwait(false) is { } other
                && !Equals(other.Get("id"), values.Get("id")))
            {
                return EntityErrors.UniqueViolation(new ValueMap { [name] = value });
            }
        }

        return null;
    }

    private async ValueTask StoreAsync(SqlTable table, EntityWrite write, ValueMap? before, CancellationToken cancellation)
    {
        foreach (SqlStep step in Steps(table, write, before))
        {
            await RunAsync(step, cancellation).ConfigureAwait(false);
        }
    }

    private IEnumerable<SqlStep> Steps(SqlTable table, EntityWrite write, ValueMap? before)
    {
        ValueMap values = write.Entity!;
        string home = table.HomeOf(values);
        ValueMap? replaced = before;
        if (before is not null && table.HomeOf(before) is var old && old != home)
        {
            yield return Removal(table, old, before);
            replaced = null;
        }

        // An expired row is still there until it is cleaned up, and would be in the way.
        if (replaced is null && table.Find(SqlColumn.Ttl) is not null)
        {
            List<SqlColumn> unique = [.. table.ColumnsIn(home).Where(column => table.Key.Contains(column) || column.Field is { Unique: true })];
            yield return new SqlStep(Text("expired", home, () => SqlText.DeleteExpired(home, unique)), table, unique, values);
        }

        bool keepsExpiry = replaced is not null && KeepsExpiry(write, replaced);
        string text = write.Kind == WriteKind.Upsert ? Text("upsert", home, () => SqlText.Upsert(table, home))
            : replaced is null ? Text("insert", home, () => SqlText.Insert(table, home))
            : Text(keepsExpiry ? "keep" : "update", home, () => SqlText.Update(table, home, keepsExpiry));
        yield return new SqlStep(text, table, table.ColumnsIn(home), values)
        {
            WorkspaceId = write.Options.WorkspaceId ?? Workspace,
            Expiry = Expiry(write.Options.TimeToLive?.TotalSeconds ?? values.Get(SqlColumn.Ttl)),
        };
        if (table.Extension is { } extension)
        {
            if (table.IsBeyondKong(values))
            {
                yield return new SqlStep(Text("upsert", extension, () => SqlText.Upsert(table, extension)), table, table.ColumnsIn(extension), values);
            }
            else if (replaced is not null)
            {
                yield return Removal(table, extension, replaced);
            }
        }
    }

    private SqlStep Removal(SqlTable table, string name, ValueMap row) => new(Text("delete", name, () => SqlText.Delete(table, name)), table, table.Key, row);

    private string Text(string verb, string name, Func<string> make)
    {
        if (!_texts.TryGetValue((verb, name), out string? text))
        {
            _texts.Add((verb, name), text = make());
        }

        return text;
    }

    private async ValueTask<int> RunAsync(SqlStep step, CancellationToken cancellation)
    {
        LongWork.GiveWay();
        DbCommand command = await Commands.GetAsync(step.Text, cancellation).ConfigureAwait(false);
        step.Bind(this, command.Parameters);
        using QuerySpan span = new(Dialect, command);
        return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    // The remaining seconds that an update found in the row are no wish for another end.
    private static bool KeepsExpiry(EntityWrite write, ValueMap before) =>
        write is { Kind: WriteKind.Update, Options.TimeToLive: null } && write.Entity!.Get(SqlColumn.Ttl) is { } wished
        && before.Get(SqlColumn.Ttl) is { } rest && Math.Abs(SqlRow.SecondsOf(rest) - SqlRow.SecondsOf(wished)) <= 1;

    // Zero is for ever.
    private double? Expiry(object? seconds) =>
        seconds is not null && SqlRow.SecondsOf(seconds) is > 0 and var time ? SqlRow.SecondsOf(Now) + time : null;

    private async ValueTask<EntityError?> MissingAsync(SqlTable table, ValueMap values, CancellationToken cancellation)
    {
        foreach (SqlColumn column in table.Columns)
        {
            if (column.Field is { Reference: { } reference } field && values.GetMap(field.Name) is { } key && Tables.Find(reference) is { } other
                && !(Dialect.TellsMissingReferences && table.HomeOf(values) == table.Name)
                && await FindOneAsync(other, other.Key[0], key.Get("id") ?? "", cancellation).ConfigureAwait(false) is null)
            {
                return EntityErrors.ForeignKeyMissing(field.Name, reference, key);
            }
        }

        return null;
    }

    private async ValueTask<EntityResult<object?>> DeleteAsync(SqlTable table, Guid id, CancellationToken cancellation)
    {
        ValueMap? before = await FindByIdAsync(table, id, cancellation).ConfigureAwait(false);
        if (before is not null && await RemoveWithChildrenAsync(table, before, cancellation).ConfigureAwait(false) is { } refused)
        {
            return refused;
        }

        return (object?)null;
    }

    private async ValueTask<EntityError?> RemoveWithChildrenAsync(SqlTable table, ValueMap row, CancellationToken cancellation)
    {
        if (table.HasId)
        {
            foreach ((SqlTable child, SqlColumn column, DeleteRule rule) in Children(table).OrderBy(static child => child.Rule))
            {
                int limit = rule == DeleteRule.Restrict ? 1 : 0;
                foreach (ValueMap found in await FindAllAsync(child, column, row["id"]!, limit, cancellation).ConfigureAwait(false))
                {
                    if (await LetGoAsync(table, child, column, rule, found, cancellation).ConfigureAwait(false) is { } refused)
                    {
                        return refused;
                    }
                }
            }
        }

        if (table.Extension is { } extension)
        {
            await RemoveAsync(table, extension, row, cancellation).ConfigureAwait(false);
        }

        // Somebody else may have been faster: then it was their change.
        if (await RemoveAsync(table, table.HomeOf(row), row, cancellation).ConfigureAwait(false))
        {
            Changes.Add(new ChangedEntity(table.Schema.Name, SqlRow.Entity(table.Schema, row), null) { Silent = _silent });
        }

        return null;
    }

    private IEnumerable<(SqlTable Table, SqlColumn Column, DeleteRule Rule)> Children(SqlTable table) => Tables.Schemas.Children(table.Schema.Name)
        .Select(child => (Tables[child.Entity], Tables[child.Entity].ColumnOf(child.Field)!, DeleteRules.Of(Tables.Schemas, child)));

    private async ValueTask<EntityError?> LetGoAsync(
        SqlTable parent, SqlTable child, SqlColumn column, DeleteRule rule, ValueMap row, CancellationToken cancellation)
    {
        switch (rule)
        {
            case DeleteRule.Restrict:
                return EntityErrors.ReferencedBy(child.Schema.Name, parent.Schema.Name);
            case DeleteRule.Cascade:
                return await RemoveWithChildrenAsync(child, row, cancellation).ConfigureAwait(false);
            default:
                ValueMap without = new(row) { [column.Field!.Name] = null };
                return (await PutAsync(child, EntityWrite.Update(child.Schema, Guid.Parse(row.GetString("id")!), without)).ConfigureAwait(false)).Error;
        }
    }

    private async ValueTask<bool> RemoveAsync(SqlTable table, string name, ValueMap row, CancellationToken cancellation) =>
        await RunAsync(Removal(table, name, row), cancellation).ConfigureAwait(false) > 0;
}
