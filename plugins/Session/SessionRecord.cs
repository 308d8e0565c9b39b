using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Session;

/// <summary>A session in the database.</summary>
[Entity("sessions", EndpointKey = "session_id", CacheKey = ["session_id"], Ttl = true, Exported = false, Workspaceable = false)]
sealed record SessionRecord : Entity, IConfigureSchema
{
    /// <summary>The id that the cookie names.</summary>
    [Unique]
    public required string SessionId { get; init; }

    /// <summary>When it ends, in seconds since 1970.</summary>
    public long? Expires { get; init; }

    /// <summary>What is in it, encrypted: a list in JSON with the payload.</summary>
    public string? Data { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Remove("updated_at", "tags").Place("created_at", after: "data");
}
