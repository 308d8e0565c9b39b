using System.Collections.Immutable;

namespace Gibbon.Pdk.Schemas;

/// <summary>
/// All that is known of one kind of entity: its fields, what must hold between them, its keys, and how it is shown. One schema serves
/// validation, the Admin API, <c>/schemas</c>, declarative files, tables, hybrid mode and the forms of the web interface. It is made from a C#
/// record (<see cref="Of{T}()"/>) or from a data definition in the shape of Kong's <c>schema.lua</c> (<see cref="SchemaDefinition"/>).
/// Immutable and safe for every thread.
/// </summary>
public sealed partial class Schema : RecordSchema
{
    internal Schema(string name, IEnumerable<Field> fields) : base(fields) => Name = name;

    /// <summary>The name: <c>services</c>; of a subschema that by which it is chosen: <c>key-auth</c>.</summary>
    public string Name { get; }

    /// <summary>The fields that identify an entity; nearly always <c>id</c>.</summary>
    public ImmutableArray<string> PrimaryKey { get; init; } = ["id"];

    /// <summary>The unique field that may stand in for the id in addresses and in declarative files: <c>name</c>.</summary>
    public string? EndpointKey { get; init; }

    /// <summary>The fields that together must be unique, and that make the key under which caches hold the entity; the primary key when empty.</summary>
    public ImmutableArray<string> CacheKey { get; init; } = [];

    /// <summary>Whether an entity belongs to a workspace.</summary>
    public bool Workspaceable { get; init; }

    /// <summary>Whether the Admin API has endpoints for it.</summary>
    public bool GenerateAdminApi { get; init; } = true;

    /// <summary>The collection's name in the Admin API, where it is not <see cref="Name"/>: <c>key-sets</c>.</summary>
    public string? AdminApiName { get; init; }

    /// <summary>The collection's name below another entity, where it differs again: <c>/consumers/x/key-auth</c>.</summary>
    public string? AdminApiNestedName { get; init; }

    /// <summary>The name of its table, where it is not <see cref="Name"/>: <c>sm_vaults</c>.</summary>
    public string? TableName { get; init; }

    /// <summary>Whether entities may expire: <c>ttl</c>, in seconds.</summary>
    public bool Ttl { get; init; }

    /// <summary>Whether dumps and pushes to data planes contain it.</summary>
    public bool Exported { get; init; } = true;

    /// <summary>The field whose value (the first, when it is a set) chooses a subschema: <c>name</c> of plugins, <c>protocols</c> of routes.</summary>
    public string? SubschemaKey { get; init; }

    /// <summary>What is said when the value of <see cref="SubschemaKey"/> chooses no subschema; <c>%s</c> is the value.</summary>
    public string? SubschemaError { get; init; }

    /// <summary>The subschemas by the value that chooses them.</summary>
    public IReadOnlyDictionary<string, Schema> Subschemas { get; init; } = ImmutableDictionary<string, Schema>.Empty;

    /// <summary>What is done on the way to the store and from it.</summary>
    public ImmutableArray<Transformation> Transformations { get; init; } = [];

    /// <summary>What the schema depends on beside its definition.</summary>
    public SchemaOptions Options { get; init; } = SchemaOptions.Default;

    /// <summary>Whether Kong 3.9 does not know the entity: never in Kong's tables, never sent to a Kong node.</summary>
    public bool BeyondKong { get; init; }
}
