using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>All entities of one kind in one version of the store, with what they can be found by. Immutable; versions share what did not change.</summary>
internal sealed class EntityTable
{
    // From here on it pays to ask the other cores.
    const int Many = 1000;

    static readonly object[] None = [];

    readonly LayeredMap<Guid, object> byId;
    readonly LayeredMap<string, object>[] byUnique;
    readonly LayeredMap<Guid, IReadOnlyList<object>>[] byForeign;
    object[]? ordered;

    EntityTable(EntityLens lens, LayeredMap<Guid, object> byId, LayeredMap<string, object>[] byUnique, LayeredMap<Guid, IReadOnlyList<object>>[] byForeign)
    {
        Lens = lens;
        this.byId = byId;
        this.byUnique = byUnique;
        this.byForeign = byForeign;
    }

    public EntityLens Lens { get; }

    public Schema Schema => Lens.Schema;

    public int Count => byId.Count;

    /// <summary>All entities, in no order.</summary>
    public IEnumerable<object> All => byId.Values;

    /// <summary>All entities in the order of their ids; sorted when first asked for.</summary>
    public object[] Ordered => ordered ??= Sort(byId.Values);

    public static EntityTable Empty(EntityLens lens) => new(
        lens,
        LayeredMap<Guid, object>.Empty,
        [.. lens.UniqueFields.Select(static _ => LayeredMap<string, object>.Empty)],
        [.. lens.ForeignFields.Select(static _ => LayeredMap<Guid, IReadOnlyList<object>>.Empty)]);

    public object? Find(Guid id) => byId.TryGet(id, out var entity) ? entity : null;

    /// <summary>The entity with that value of a unique field.</summary>
    public object? FindBy(string field, string value)
    {
        var place = Array.FindIndex(Lens.UniqueFields, unique => unique.Name == field);
        return place >= 0 && byUnique[place].TryGet(value, out var entity) ? entity : null;
    }

    /// <summary>The entities that refer to another one, in the order of their ids.</summary>
    public IReadOnlyList<object> FindAllFor(string foreignField, Guid foreignId)
    {
        var place = Array.FindIndex(Lens.ForeignFields, foreign => foreign.Name == foreignField);
        return place >= 0 && byForeign[place].TryGet(foreignId, out var entities) ? entities : None;
    }

    /// <summary>This table after changes, of which each says what was and what is.</summary>
    public EntityTable With(IReadOnlyCollection<ChangedEntity> changes)
    {
        if (changes.Count == 0)
        {
            return this;
        }
        var ids = byId;
        var (unique, foreign) = (byUnique[..], byForeign[..]);
        Action[] edits =
        [
            () => ids = ids.With(ChangesById(changes)),
            .. unique.Select((index, place) => (Action)(() => unique[place] = index.With(ChangesByUnique(changes, Lens.UniqueFields[place].Read)))),
            .. foreign.Select((index, place) => (Action)(() => foreign[place] = index.With(ChangesByForeign(changes, index, Lens.ForeignFields[place].Read)))),
        ];
        if (changes.Count < Many)
        {
            Array.ForEach(edits, static edit => edit());
        }
        else
        {
            Parallel.Invoke(edits);
        }
        return new EntityTable(Lens, ids, unique, foreign);
    }

    Dictionary<Guid, object?> ChangesById(IReadOnlyCollection<ChangedEntity> changes)
    {
        var changed = new Dictionary<Guid, object?>(changes.Count);
        foreach (var change in changes)
        {
            changed[Lens.IdOf(change.After ?? change.Before!)] = change.After;
        }
        return changed;
    }

    static Dictionary<string, object?> ChangesByUnique(IReadOnlyCollection<ChangedEntity> changes, Func<object, string?> read)
    {
        var changed = new Dictionary<string, object?>(changes.Count, StringComparer.Ordinal);
        foreach (var change in changes)
        {
            if (change.Before is { } before && read(before) is { } old)
            {
                changed.TryAdd(old, null);
            }
            if (change.After is { } after && read(after) is { } value)
            {
                changed[value] = after;
            }
        }
        return changed;
    }

    Dictionary<Guid, IReadOnlyList<object>?> ChangesByForeign(IReadOnlyCollection<ChangedEntity> changes, LayeredMap<Guid, IReadOnlyList<object>> index, Func<object, Guid?> read)
    {
        var groups = new Dictionary<Guid, (HashSet<object> Gone, List<object> Come)>();
        foreach (var change in changes)
        {
            if (change.Before is { } before && read(before) is { } old)
            {
                GroupOf(groups, old).Gone.Add(before);
            }
            if (change.After is { } after && read(after) is { } value)
            {
                GroupOf(groups, value).Come.Add(after);
            }
        }
        var changed = new Dictionary<Guid, IReadOnlyList<object>?>(groups.Count);
        foreach (var (id, (gone, come)) in groups)
        {
            changed[id] = EntityGroup.With(index.TryGet(id, out var present) ? present : null, gone, come, Lens.IdOf);
        }
        return changed;
    }

    static (HashSet<object> Gone, List<object> Come) GroupOf(Dictionary<Guid, (HashSet<object> Gone, List<object> Come)> groups, Guid id)
    {
        if (!groups.TryGetValue(id, out var group))
        {
            groups.Add(id, group = (new HashSet<object>(ReferenceEqualityComparer.Instance), []));
        }
        return group;
    }

    object[] Sort(IEnumerable<object> entities)
    {
        object[] sorted = [.. entities];
        Array.Sort(Array.ConvertAll(sorted, Lens.IdOf), sorted);
        return sorted;
    }
}
