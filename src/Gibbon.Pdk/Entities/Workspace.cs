using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>The one workspace, <c>default</c>: rows of Kong's tables name it.</summary>
[Entity("workspaces", EndpointKey = "name", CacheKey = ["name"], Workspaceable = false, GenerateAdminApi = false)]
public sealed record Workspace : Entity, IConfigureSchema
{
    /// <summary>The name.</summary>
    [Unique, Utf8Name, Length(Min = 1)]
    [NotOneOf("workspaces", "consumers", "certificates", "services", "routes", "snis", "upstreams", "targets", "plugins", "tags", "ca_certificates",
        "clustering_data_planes", "parameters", "vaults", "key_sets", "keys", "filter_chains")]
    public required string Name { get; init; }

    /// <summary>What it is for.</summary>
    public string? Comment { get; init; }

    /// <summary>Nothing, in the open edition.</summary>
    public WorkspaceDetails Meta { get; init; } = new();

    /// <summary>Nothing, in the open edition.</summary>
    public WorkspaceDetails Config { get; init; } = new();

    static void IConfigureSchema.Configure(SchemaBuilder schema) =>
        schema.Remove("tags").Place("created_at", after: "comment").Place("updated_at", after: "created_at");
}

/// <summary>A record without fields: the open edition keeps nothing here.</summary>
public sealed record WorkspaceDetails;
