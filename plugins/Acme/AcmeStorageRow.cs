using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme;

/// <summary>What storage <c>kong</c> keeps: a text under a key.</summary>
[Entity("acme_storage", CacheKey = ["key"], Ttl = true, Workspaceable = false)]
sealed record AcmeStorageRow : Entity, IConfigureSchema
{
    /// <summary>The key.</summary>
    [Unique, Auto, NotNull]
    public required string Key { get; init; }

    /// <summary>The text.</summary>
    [Auto, NotNull]
    public required string Value { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Remove("updated_at", "tags").Place("created_at", after: "value");
}
