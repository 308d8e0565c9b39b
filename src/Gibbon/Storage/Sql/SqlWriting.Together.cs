using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Sql;

/// <summary>Why one of many changes was refused.</summary>
/// <param name="Error">What is wrong with it.</param>
/// <param name="Place">Which one it was.</param>
internal readonly record struct WriteRefusal(EntityError Error, int Place);

/// <content>
/// Many changes. Those of a kind that come one after the other are made together: what each would ask of the database is asked once for all. Where the answer is not what
/// lets all of them through (something refers to one of them, a reference leads nowhere), they are made one by one, which finds the one that is at fault.
/// </content>
internal sealed partial class SqlWriting
{
    private enum Together
    {
        Made,

        /// <summary>Nothing was changed: they are to be made one by one.</summary>
        Untried,
    }

    /// <summary>Makes changes in their order.</summary>
    /// <param name="writes">The changes.</param>
    /// <param name="entities">Gets the entities as stored, null where one was deleted; null: nobody wants them.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Which one was refused, if any; those after it were not tried.</returns>
    public async ValueTask<WriteRefusal?> MakeAllAsync(IReadOnlyList<EntityWrite> writes, object?[]? entities, CancellationToken cancellation)
    {
        for (int first = 0; first < writes.Count;)
        {
            cancellation.ThrowIfCancellationRequested();
            EntityWrite[] alike = Alike(writes, first);
            object?[] made = new object?[alike.Length];
            if (await MakeTogetherAsync(alike, made, cancellation).ConfigureAwait(false) is { } refusal)
            {
                return refusal with { Place = first + refusal.Place };
            }

            if (entities is not null)
            {
                made.CopyTo(entities, first);
            }

            first += alike.Length;
        }

        return null;
    }

    // Of the same kind, of different entities, and each without a condition of its own.
    private EntityWrite[] Alike(IReadOnlyList<EntityWrite> writes, int first)
    {
        EntityWrite one = writes[first];
        int count = 1;
        if (one.Condition is null && Tables[one.Schema.Name].HasId)
        {
            HashSet<Guid> ids = [one.Id];
            while (count < SqlCommands.AtOnce && first + count < writes.Count
                && writes[first + count] is { Condition: null } next && next.Schema == one.Schema && next.Kind == one.Kind && ids.Add(next.Id))
            {
                count++;
            }
        }

        return [.. writes.Skip(first).Take(count)];
    }

    private async ValueTask<WriteRefusal?> MakeTogetherAsync(EntityWrite[] writes, object?[] made, CancellationToken cancellation)
    {
        SqlTable table = Tables[writes[0].Schema.Name];
        if (writes.Length > 1)
        {
            (Together outcome, WriteRefusal? refusal) = writes[0].Kind == WriteKind.Delete
                ? await DeleteTogetherAsync(table, writes, cancellation).ConfigureAwait(false)
                : await PutTogetherAsync(table, writes, made, cancellation).ConfigureAwait(false);
            if (outcome == Together.Made)
            {
                return refusal;
            }
        }

        for (int place = 0; place < writes.Length; place++)
        {
            (made[place], EntityError? error) = await MakeAsync(writes[place]).ConfigureAwait(false);
            if (error is not null)
            {
                return new WriteRefusal(error, place);
            }
        }

        return null;
    }

    private async ValueTask<(Together Outcome, WriteRefusal? Refusal)> PutTogetherAsync(SqlTable table, EntityWrite[] writes, object?[] made, CancellationToken cancellation)
    {
        Dictionary<Guid, ValueMap> present = writes[0].Kind == WriteKind.Insert ? [] : await FindByIdsAsync(table, writes, cancellation).ConfigureAwait(false);
        if ((writes[0].Kind == WriteKind.Update && present.Count < writes.Length)
            || writes.Any(write => MayBeTakenApart(table, write.Entity!, present.GetValueOrDefault(write.Id)))
            || !await ReferencesLeadSomewhereAsync(table, writes, cancellation).ConfigureAwait(false))
        {
            return (Together.Untried, null);
        }

        SqlStep[][] steps = Array.ConvertAll(writes, write => Steps(table, write, present.GetValueOrDefault(write.Id)).ToArray());
        if (await RunAsync(table, writes, steps, null, cancellation).ConfigureAwait(false) is { } refusal)
        {
            return (Together.Made, refusal);
        }

        for (int place = 0; place < writes.Length; place++)
        {
            EntityWrite write = writes[place];
            made[place] = SqlRow.Entity(table.Schema, write.Entity!);
            object? before = present.TryGetValue(write.Id, out ValueMap? row) ? SqlRow.Entity(table.Schema, row) : null;
            Changes.Add(new ChangedEntity(table.Schema.Name, before, made[place]) { Silent = write.Options.Silent });
        }

        return (Together.Made, null);
    }

    private async ValueTask<(Together Outcome, WriteRefusal? Refusal)> DeleteTogetherAsync(SqlTable table, EntityWrite[] writes, CancellationToken cancellation)
    {
        Dictionary<Guid, ValueMap> present = await FindByIdsAsync(table, writes, cancellation).ConfigureAwait(false);
        ValueList ids = [.. present.Keys.Select(static id => id.ToString())];
        foreach ((SqlTable child, SqlColumn column, DeleteRule _) in Children(table))
        {
            if ((await FindAnyAsync(child, column, ids, 1, cancellation).ConfigureAwait(false)).Count > 0)
            {
                return (Together.Untried, null);
            }
        }

        EntityWrite[] there = [.. writes.Where(write => present.ContainsKey(write.Id))];
        SqlStep[][] steps = Array.ConvertAll(there, write => Removals(table, present[write.Id]).ToArray());
        bool[] gone = new bool[there.Length];
        if (await RunAsync(table, there, steps, gone, cancellation).ConfigureAwait(false) is { } refusal)
        {
            return (Together.Made, refusal with { Place = Array.IndexOf(writes, there[refusal.Place]) });
        }

        for (int place = 0; place < there.Length; place++)
        {
            if (gone[place])
            {
                Changes.Add(new ChangedEntity(table.Schema.Name, SqlRow.Entity(table.Schema, present[there[place].Id]), null) { Silent = there[place].Options.Silent });
            }
        }

        return (Together.Made, null);
    }

    private IEnumerable<SqlStep> Removals(SqlTable table, ValueMap row)
    {
        if (table.Extension is { } extension)
        {
            yield return Removal(table, extension, row);
        }

        yield return Removal(table, table.HomeOf(row), row);
    }

    // Those that follow one another and take the same statements go together, so that one still comes after another whose name it takes over.
    private async ValueTask<WriteRefusal?> RunAsync(SqlTable table, EntityWrite[] writes, SqlStep[][] steps, bool[]? changed, CancellationToken cancellation)
    {
        int count;
        for (int first = 0; first < writes.Length; first += count)
        {
            int start = first;
            count = 1;
            while (start + count < writes.Length && HaveSameTexts(steps[start], steps[start + count]))
            {
                count++;
            }

            for (int turn = 0; turn < steps[start].Length; turn++)
            {
                SqlOutcome outcome = await Commands.RunAsync(
                    steps[start][turn].Text, count, (parameters, row) => steps[start + row][turn].Bind(this, parameters), cancellation).ConfigureAwait(false);
                if (outcome.Error is { } error)
                {
                    int place = start + outcome.FailedAt;
                    return new WriteRefusal(await RefusalAsync(table, writes[place], error).ConfigureAwait(false), place);
                }

                for (int row = 0; changed is not null && row < count; row++)
                {
                    changed[start + row] = outcome.Affected[row] > 0;
                }
            }
        }

        return null;
    }

    private static bool HaveSameTexts(SqlStep[] one, SqlStep[] other) =>
        one.Length == other.Length && one.Zip(other).All(static pair => ReferenceEquals(pair.First.Text, pair.Second.Text));

    private async ValueTask<Dictionary<Guid, ValueMap>> FindByIdsAsync(SqlTable table, EntityWrite[] writes, CancellationToken cancellation)
    {
        ValueList ids = [.. writes.Select(static write => write.Id.ToString())];
        List<ValueMap> rows = await FindAnyAsync(table, table.Key[0], ids, 0, cancellation).ConfigureAwait(false);
        return rows.ToDictionary(static row => Guid.Parse(row.GetString("id")!));
    }

    // Of two tables of one kind neither knows what is taken in the other; nor is it as simple as one statement when a row moves from one to the other.
    private static bool MayBeTakenApart(SqlTable table, ValueMap values, ValueMap? before) => table.Apart is not null
        && ((before is not null && table.HomeOf(before) != table.HomeOf(values))
            || table.Columns.Any(column => column.Field is { Unique: true } field && values.Get(field.Name) is not null));

    private async ValueTask<bool> ReferencesLeadSomewhereAsync(SqlTable table, EntityWrite[] writes, CancellationToken cancellation)
    {
        IEnumerable<EntityWrite> asked = writes.Where(write => !(Dialect.TellsMissingReferences && table.HomeOf(write.Entity!) == table.Name));
        foreach (SqlColumn column in table.Columns.Where(static column => column.Reference is not null))
        {
            HashSet<string> wanted = [.. asked.Select(write => write.Entity!.GetMap(column.Field!.Name)).OfType<ValueMap>().Select(static key => key.GetString("id") ?? "")];
            if (wanted.Count > 0 && Tables.Find(column.Reference!) is { } other
                && (await FindAnyAsync(other, other.Key[0], [.. wanted], 0, cancellation).ConfigureAwait(false)).Count < wanted.Count)
            {
                return false;
            }
        }

        return true;
    }
}
