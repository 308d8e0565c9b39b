using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>Somebody who uses a service.</summary>
[Entity("consumers", EndpointKey = "username")]
public sealed record Consumer : Entity, IConfigureSchema
{
    /// <summary>The name.</summary>
    [Unique]
    public string? Username { get; init; }

    /// <summary>The id the consumer has elsewhere.</summary>
    [Unique]
    public string? CustomId { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.AtLeastOneOf("custom_id", "username").Place("tags", after: "custom_id");
}
