using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage.Applying;

/// <summary>One write of many, and the entity it is about.</summary>
internal readonly record struct PlannedWrite(EntityWrite Write, ChangedEntity Change);

/// <summary>
/// Puts changes into an order in which a database takes them, which looks at every statement by itself: entities come after what they refer to and go before it, and a
/// unique value is free before another entity gets it. Where that is a circle (two exchange their names), entities are taken out and put back.
/// </summary>
internal sealed class WriteOrder
{
    private readonly EntitySet _present;
    private readonly EntitySchemas _schemas;
    private readonly Guid _workspace;
    private readonly Dictionary<(string Kind, Guid Id), ChangedEntity> _changes = [];
    private readonly HashSet<(string Kind, Guid Id)> _early = [];
    private readonly Queue<(string Kind, Guid Id)> _open = [];

    private WriteOrder(EntitySet present, IEnumerable<ChangedEntity> changes, EntitySchemas schemas, Guid workspace)
    {
        (_present, _schemas, _workspace) = (present, schemas, workspace);
        foreach (ChangedEntity change in changes)
        {
            _changes[(change.SchemaName, IdOf(change))] = change;
        }
    }

    public static List<PlannedWrite> Of(EntitySet present, IReadOnlyList<ChangedEntity> changes, EntitySchemas schemas, Guid workspace)
    {
        WriteOrder order = new(present, changes, schemas, workspace);
        order.FindClashes();
        order.TakeOutWhatRefers();
        return [.. order.Write()];
    }

    private void FindClashes()
    {
        foreach (IGrouping<string, ChangedEntity> kind in _changes.Values.GroupBy(static change => change.SchemaName, StringComparer.Ordinal).ToList())
        {
            // Where nothing goes or changes nobody gives anything up.
            if (!kind.Any(static change => change.Before is not null))
            {
                continue;
            }

            EntityTable table = _present[kind.Key];
            Dictionary<string, object>? byCacheKey = table.Schema.CacheKey.Length > 1
                ? kind.Where(static change => change.Before is not null).ToDictionary(change => CacheKeyOf(table, change.Before!), static change => change.Before!, StringComparer.Ordinal)
                : null;
            foreach (ChangedEntity change in kind.Where(static change => change.After is not null))
            {
                foreach ((string name, Func<object, string?> read) in table.Lens.UniqueFields)
                {
                    Free(table, change, read(change.After!) is { } value ? table.FindBy(name, value) : null);
                }

                Free(table, change, byCacheKey?.GetValueOrDefault(CacheKeyOf(table, change.After!)));
            }
        }
    }

    private void Free(EntityTable table, ChangedEntity change, object? holder)
    {
        if (holder is null || table.Lens.IdOf(holder) is var id && id == IdOf(change))
        {
            return;
        }

        if (_changes.ContainsKey((change.SchemaName, id)))
        {
            TakeOut(change.SchemaName, id);
        }
    }

    private void TakeOut(string kind, Guid id)
    {
        if (_early.Add((kind, id)))
        {
            _open.Enqueue((kind, id));
        }
    }

    private void TakeOutWhatRefers()
    {
        while (_open.TryDequeue(out (string Kind, Guid Id) gone))
        {
            foreach (ForeignField child in _schemas.Children(gone.Kind))
            {
                EntityTable table = _present[child.Entity];
                foreach (object entity in table.FindAllFor(child.Field, gone.Id))
                {
                    TakeOut(child.Entity, table.Lens.IdOf(entity));
                }
            }
        }
    }

    private IEnumerable<PlannedWrite> Write()
    {
        ILookup<string, (string Kind, Guid Id)> early = _early.ToLookup(static key => key.Kind, StringComparer.Ordinal);
        ILookup<string, ChangedEntity> changes = _changes.Values.ToLookup(static change => change.SchemaName, StringComparer.Ordinal);
        foreach (Schema schema in _schemas.All.Reverse())
        {
            foreach ((string _, Guid id) in early[schema.Name])
            {
                yield return new PlannedWrite(EntityWrite.Delete(schema, id), ChangeOf(schema.Name, id));
            }
        }

        foreach (Schema schema in _schemas.All)
        {
            foreach (ChangedEntity change in changes[schema.Name].Where(static change => change.After is not null))
            {
                bool isNew = change.Before is null || _early.Contains((schema.Name, IdOf(change)));
                yield return new PlannedWrite(isNew ? Insert(schema, change.After!) : EntityWrite.Update(schema, IdOf(change), Values(change.After!)), change);
            }

            foreach ((string Kind, Guid Id) key in early[schema.Name].Where(key => !_changes.ContainsKey(key)))
            {
                ChangedEntity unchanged = ChangeOf(key.Kind, key.Id);
                yield return new PlannedWrite(Insert(schema, unchanged.After!), unchanged);
            }
        }

        foreach (Schema schema in _schemas.All.Reverse())
        {
            foreach (ChangedEntity change in changes[schema.Name].Where(change => change.After is null && !_early.Contains((schema.Name, IdOf(change)))))
            {
                yield return new PlannedWrite(EntityWrite.Delete(schema, IdOf(change)), change);
            }
        }
    }

    private ChangedEntity ChangeOf(string kind, Guid id) =>
        _changes.TryGetValue((kind, id), out ChangedEntity change) ? change : new ChangedEntity(kind, _present[kind].Find(id), _present[kind].Find(id));

    private Guid IdOf(ChangedEntity change) => _present[change.SchemaName].Lens.IdOf(change.After ?? change.Before!);

    private string CacheKeyOf(EntityTable table, object entity) => CacheKeys.Stored(table.Schema, Values(entity), _workspace);

    private static EntityWrite Insert(Schema schema, object entity) => EntityWrite.Insert(schema, Values(entity));

    private static ValueMap Values(object entity) => entity as ValueMap ?? Schema.Unbind(entity);
}
