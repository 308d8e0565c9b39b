using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Declarative;

namespace Gibbon.Storage.Applying;

/// <summary>What a database looks after, for entities in memory of which only some are exchanged: that nothing refers to what is gone, and that unique values are.</summary>
internal sealed class MemoryRules(EntitySet present, EntitySchemas schemas, IReadOnlyList<ChangedEntity> wanted)
{
    private readonly Dictionary<(string Kind, Guid Id), ChangedEntity> _changes = [];

    /// <summary>What was wanted, and what goes with it.</summary>
    public IReadOnlyList<ChangedEntity> Changes => [.. _changes.Values];

    /// <summary>The change that broke a rule.</summary>
    public ChangedEntity? Culprit { get; private set; }

    /// <returns>The rule that is broken; null when none is.</returns>
    public EntityError? Complete()
    {
        foreach (ChangedEntity change in wanted)
        {
            _changes[(change.SchemaName, IdOf(change))] = change;
        }

        return LetGo() ?? CheckReferences() ?? CheckUnique();
    }

    private EntityError? LetGo()
    {
        Queue<ChangedEntity> gone = new(wanted.Where(static change => change.After is null));
        while (gone.TryDequeue(out ChangedEntity parent))
        {
            foreach (ForeignField child in schemas.Children(parent.SchemaName))
            {
                EntityTable table = present[child.Entity];
                foreach (object entity in table.FindAllFor(child.Field, IdOf(parent)).Where(entity => !_changes.ContainsKey((child.Entity, table.Lens.IdOf(entity)))))
                {
                    if (DeleteRules.Of(schemas, child) == DeleteRule.Restrict)
                    {
                        Culprit = parent;
                        return EntityErrors.ReferencedBy(child.Entity, parent.SchemaName);
                    }

                    ChangedEntity change = new(child.Entity, entity, DeleteRules.Of(schemas, child) == DeleteRule.Cascade ? null : Without(table.Schema, entity, child.Field));
                    _changes[(child.Entity, table.Lens.IdOf(entity))] = change;
                    if (change.After is null)
                    {
                        gone.Enqueue(change);
                    }
                }
            }
        }

        return null;
    }

    private EntityError? CheckReferences()
    {
        foreach (ChangedEntity change in _changes.Values.Where(static change => change.After is not null))
        {
            EntityTable table = present[change.SchemaName];
            foreach (ForeignField foreign in schemas.ForeignFields(change.SchemaName))
            {
                if (table.Lens.ForeignFields.First(field => field.Name == foreign.Field).Read(change.After!) is { } id && !Exists(foreign.Reference, id))
                {
                    Culprit = change;
                    return EntityErrors.ForeignKeyMissing(foreign.Field, foreign.Reference, new ValueMap { ["id"] = id.ToString() });
                }
            }
        }

        return null;
    }

    private EntityError? CheckUnique()
    {
        Dictionary<string, Dictionary<string, Guid>> keys = new(StringComparer.Ordinal);
        foreach (ChangedEntity change in _changes.Values.Where(static change => change.After is not null))
        {
            EntityTable table = present[change.SchemaName];
            foreach ((string name, Func<object, string?> read) in table.Lens.UniqueFields)
            {
                if (read(change.After!) is { } value && table.FindBy(name, value) is { } holder && !_changes.ContainsKey((change.SchemaName, table.Lens.IdOf(holder))))
                {
                    Culprit = change;
                    return EntityErrors.UniqueViolation(new ValueMap { [name] = value });
                }
            }

            if (table.Schema.CacheKey.Length > 1
                && Keys(keys, table).TryGetValue(KeyOf(table, change.After!), out Guid other) && other != IdOf(change))
            {
                Culprit = change;
                ValueMap values = Values(change.After!);
                return EntityErrors.UniqueViolation(new ValueMap(table.Schema.CacheKey.Select(field => KeyValuePair.Create(field, values.Get(field)))));
            }
        }

        return null;
    }

    // Of what stays as it is; changes among each other the loader has looked at.
    private Dictionary<string, Guid> Keys(Dictionary<string, Dictionary<string, Guid>> keys, EntityTable table)
    {
        if (!keys.TryGetValue(table.Schema.Name, out Dictionary<string, Guid>? found))
        {
            keys.Add(table.Schema.Name, found = new Dictionary<string, Guid>(StringComparer.Ordinal));
            foreach (object entity in table.All.Where(entity => !_changes.ContainsKey((table.Schema.Name, table.Lens.IdOf(entity)))))
            {
                found[KeyOf(table, entity)] = table.Lens.IdOf(entity);
            }
        }

        return found;
    }

    private bool Exists(string kind, Guid id) => _changes.TryGetValue((kind, id), out ChangedEntity change) ? change.After is not null : present[kind].Find(id) is not null;

    private Guid IdOf(ChangedEntity change) => present[change.SchemaName].Lens.IdOf(change.After ?? change.Before!);

    private static string KeyOf(EntityTable table, object entity) => CacheKeys.Stored(table.Schema, Values(entity), DeclarativeLoader.DefaultWorkspace);

    private static object Without(Schema schema, object entity, string field)
    {
        ValueMap values = new(Values(entity)) { [field] = null };
        return schema.ClrType is null ? values : schema.Bind(values);
    }

    private static ValueMap Values(object entity) => entity as ValueMap ?? Schema.Unbind(entity);
}
