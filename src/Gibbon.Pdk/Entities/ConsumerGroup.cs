using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>A group of consumers for which plugins can be set.</summary>
[Entity("consumer_groups", EndpointKey = "name"), BeyondKong]
public sealed record ConsumerGroup : Entity, IConfigureSchema
{
    /// <summary>The name.</summary>
    [Unique, Utf8Name]
    public required string Name { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Place("tags", after: "name");
}

/// <summary>That a consumer belongs to a group.</summary>
[Entity("consumer_group_consumers", CacheKey = ["consumer_group", "consumer"], GenerateAdminApi = false), BeyondKong]
public sealed record ConsumerGroupConsumer : Entity
{
    /// <summary>The group.</summary>
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<ConsumerGroup> ConsumerGroup { get; init; }

    /// <summary>The consumer.</summary>
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<Consumer> Consumer { get; init; }
}
