using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acl;

#pragma warning disable MA0049 // both have Kong's name
/// <summary>That a consumer is in a group.</summary>
[Entity("acls", CacheKey = ["consumer", "group"])]
sealed record Acl : Entity, IConfigureSchema
{
    /// <summary>Who is in the group.</summary>
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<Consumer> Consumer { get; init; }

    /// <summary>The group's name.</summary>
    public required string Group { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Remove("updated_at").Place("tags", after: "group");
}
