using System.Collections.Frozen;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>All entities in one version of the store. Immutable.</summary>
internal sealed class EntitySet
{
    readonly FrozenDictionary<string, EntityTable> tables;

    EntitySet(FrozenDictionary<string, EntityTable> tables, long version, string hash)
    {
        this.tables = tables;
        Version = version;
        Hash = hash;
    }

    /// <summary>Counts up with every change.</summary>
    public long Version { get; }

    /// <summary>The hash of the configuration it came from; <see cref="ConfigurationHash.Empty"/> before the first.</summary>
    public string Hash { get; }

    public IEnumerable<EntityTable> Tables => tables.Values;

    /// <summary>The table of a kind of entity.</summary>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public EntityTable this[string name] => tables.TryGetValue(name, out var table) ? table : throw new ArgumentException($"there are no '{name}'", nameof(name));

    public static EntitySet Empty(EntitySchemas schemas) => new(
        schemas.All.ToFrozenDictionary(static schema => schema.Name, static schema => EntityTable.Empty(new EntityLens(schema)), StringComparer.Ordinal),
        0,
        ConfigurationHash.Empty);

    /// <summary>All entities of a kind, typed.</summary>
    public IEnumerable<T> All<T>()
        where T : class => this[Schema.Of<T>().Name].All.Cast<T>();

    /// <summary>The next version.</summary>
    public EntitySet With(IReadOnlyCollection<ChangedEntity> changes, string hash)
    {
        var changed = new Dictionary<string, EntityTable>(tables, StringComparer.Ordinal);
        foreach (var group in changes.GroupBy(static change => change.SchemaName, StringComparer.Ordinal))
        {
            changed[group.Key] = this[group.Key].With([.. group]);
        }
        return new EntitySet(changed.ToFrozenDictionary(StringComparer.Ordinal), Version + 1, hash);
    }
}
