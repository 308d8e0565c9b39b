using System.Collections.Frozen;
using System.Collections.Immutable;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Storage;

/// <summary>A field of one kind of entity that refers to another kind.</summary>
/// <param name="Entity">The kind that has the field: <c>routes</c>.</param>
/// <param name="Field">The field: <c>service</c>.</param>
/// <param name="Reference">The kind it refers to: <c>services</c>.</param>
internal readonly record struct ForeignField(string Entity, string Field, string Reference);

/// <summary>
/// The schemas of all kinds of entities this node knows, the gateway's own and those of the plugins that are enabled, ordered so that an entity comes after
/// those it refers to.
/// </summary>
internal sealed class EntitySchemas
{
    /// <summary>The gateway's own entities. A new one is one record and one line here.</summary>
    static readonly Type[] Core =
    [
        typeof(Workspace), typeof(Consumer), typeof(Certificate), typeof(Service), typeof(Route), typeof(Sni), typeof(Upstream), typeof(Target),
        typeof(Plugin), typeof(TagUse), typeof(CaCertificate), typeof(ClusteringDataPlane), typeof(Parameter), typeof(Vault), typeof(KeySet),
        typeof(Key), typeof(FilterChain), typeof(ConsumerGroup), typeof(ConsumerGroupConsumer),
    ];

    readonly FrozenDictionary<string, Schema> byName;
    readonly FrozenDictionary<Type, Schema> byType;
    readonly FrozenDictionary<string, ImmutableArray<ForeignField>> foreignFields;
    readonly FrozenDictionary<string, ImmutableArray<ForeignField>> children;

    public EntitySchemas(IEnumerable<Schema> schemas)
    {
        All = Sort([.. schemas]);
        byName = All.ToFrozenDictionary(static schema => schema.Name, StringComparer.Ordinal);
        byType = All.Where(static schema => schema.ClrType is not null).ToFrozenDictionary(static schema => schema.ClrType!);
        var relations = All.SelectMany(ForeignFieldsOf).Where(relation => byName.ContainsKey(relation.Reference)).ToList();
        foreignFields = Group(relations, static relation => relation.Entity);
        children = Group(relations, static relation => relation.Reference);
    }

    /// <summary>The schemas of a gateway: its own entities and those of its plugins.</summary>
    /// <param name="options">What the gateway's own schemas depend on: the plugins and vaults that are loaded.</param>
    /// <param name="pluginEntities">The schemas of the entities that plugins bring.</param>
    public static EntitySchemas For(SchemaOptions options, IEnumerable<Schema> pluginEntities) =>
        new(WithPlugins([.. Core.Select(type => Schema.Of(type, options))], pluginEntities));

    /// <summary>All schemas; an entity's own comes after those it refers to.</summary>
    public ImmutableArray<Schema> All { get; }

    public Schema? Find(string name) => byName.GetValueOrDefault(name);

    public Schema? Find(Type type) => byType.GetValueOrDefault(type);

    /// <summary>The fields of a kind of entity that refer to others.</summary>
    public ImmutableArray<ForeignField> ForeignFields(string entity) => foreignFields.GetValueOrDefault(entity, []);

    /// <summary>The fields of other kinds of entities that refer to this one: what may be nested in it.</summary>
    public ImmutableArray<ForeignField> Children(string entity) => children.GetValueOrDefault(entity, []);

    static List<Schema> WithPlugins(List<Schema> schemas, IEnumerable<Schema> pluginEntities)
    {
        var names = schemas.Select(static schema => schema.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var schema in pluginEntities)
        {
            if (!names.Add(schema.Name))
            {
                throw new Pdk.PluginLoadException($"schema of custom plugin entity '{schema.Name}' is invalid: the gateway has an entity of that name");
            }
            schemas.Add(schema);
        }
        foreach (var foreign in schemas.SelectMany(ForeignFieldsOf).Where(foreign => !names.Contains(foreign.Reference)))
        {
            throw new Pdk.PluginLoadException(
                $"schema of custom plugin entity '{foreign.Entity}' is invalid: {foreign.Field}: schema refers to an invalid foreign entity: {foreign.Reference}");
        }
        return schemas;
    }

    static IEnumerable<ForeignField> ForeignFieldsOf(Schema schema) =>
        schema.Fields.Where(static field => field.Reference is not null).Select(field => new ForeignField(schema.Name, field.Name, field.Reference!));

    static FrozenDictionary<string, ImmutableArray<ForeignField>> Group(List<ForeignField> relations, Func<ForeignField, string> by) =>
        relations.GroupBy(by, StringComparer.Ordinal).ToFrozenDictionary(static group => group.Key, static group => group.ToImmutableArray(), StringComparer.Ordinal);

    /// <summary>The order Kong loads and exports in: what is referred to first, the gateway's own before those of plugins, else by name.</summary>
    static ImmutableArray<Schema> Sort(List<Schema> schemas)
    {
        schemas.Sort(static (left, right) => (Score(left), Score(right)) switch
        {
            var (a, b) when a != b => a.CompareTo(b),
            _ => string.CompareOrdinal(right.Name, left.Name),
        });
        var sorted = new List<Schema>(schemas.Count);
        var visited = new HashSet<string>(StringComparer.Ordinal);
        foreach (var schema in schemas)
        {
            Visit(schema, schemas, visited, sorted);
        }
        sorted.Reverse();
        return [.. sorted];
    }

    static void Visit(Schema schema, List<Schema> schemas, HashSet<string> visited, List<Schema> sorted)
    {
        if (!visited.Add(schema.Name))
        {
            return;
        }
        foreach (var other in schemas)
        {
            if (other.Fields.Any(field => string.Equals(field.Reference, schema.Name, StringComparison.Ordinal)))
            {
                Visit(other, schemas, visited, sorted);
            }
        }
        sorted.Add(schema);
    }

    static int Score(Schema schema) => schema.Name == "workspaces" ? 2 : Core.Contains(schema.ClrType) ? 1 : 0;
}
