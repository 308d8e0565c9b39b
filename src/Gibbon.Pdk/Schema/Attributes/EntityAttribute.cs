namespace Gibbon.Pdk.Schemas;

/// <summary>Names the schema of an entity and says what is not said by its fields.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class EntityAttribute(string name) : Attribute
{
    /// <summary>The name of the schema: <c>keyauth_credentials</c>.</summary>
    public string Name => name;

    /// <summary>The fields that identify an entity.</summary>
    public string[] PrimaryKey { get; set; } = ["id"];

    /// <summary>The unique field that may stand in for the id in addresses and in declarative files.</summary>
    public string? EndpointKey { get; set; }

    /// <summary>The fields that together must be unique and make the cache key.</summary>
    public string[] CacheKey { get; set; } = [];

    /// <summary>Whether an entity belongs to a workspace.</summary>
    public bool Workspaceable { get; set; } = true;

    /// <summary>Whether the Admin API has endpoints for it.</summary>
    public bool GenerateAdminApi { get; set; } = true;

    /// <summary>The collection's name in the Admin API.</summary>
    public string? AdminApiName { get; set; }

    /// <summary>The collection's name below another entity.</summary>
    public string? AdminApiNestedName { get; set; }

    /// <summary>The name of its table.</summary>
    public string? TableName { get; set; }

    /// <summary>Whether entities may expire.</summary>
    public bool Ttl { get; set; }

    /// <summary>Whether dumps and pushes to data planes contain it.</summary>
    public bool Exported { get; set; } = true;
}
