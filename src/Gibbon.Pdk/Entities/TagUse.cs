using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>That an entity has a tag. Derived from the entities; nobody writes it.</summary>
[Entity("tags", PrimaryKey = ["tag"], EndpointKey = "tag", Workspaceable = false, Exported = false)]
public sealed record TagUse
{
    /// <summary>The tag.</summary>
    public required string Tag { get; init; }

    /// <summary>The kind of the entity: <c>services</c>.</summary>
    public required string EntityName { get; init; }

    /// <summary>The id of the entity.</summary>
    [Auto, NotNull]
    public required Guid EntityId { get; init; }
}
