using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>Something the nodes of a cluster share: <c>cluster_id</c>.</summary>
[Entity("parameters", PrimaryKey = ["key"], EndpointKey = "key", CacheKey = ["key"], Workspaceable = false, GenerateAdminApi = false)]
public sealed record Parameter
{
    /// <summary>When it was created.</summary>
    [Auto]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The name.</summary>
    [Unique]
    public required string Key { get; init; }

    /// <summary>The value.</summary>
    public required string Value { get; init; }
}
