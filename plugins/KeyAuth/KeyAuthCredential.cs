using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.KeyAuth;

/// <summary>A key of a consumer.</summary>
[Entity(
    "keyauth_credentials",
    EndpointKey = "key",
    CacheKey = ["key"],
    AdminApiName = "key-auths",
    AdminApiNestedName = "key-auth",
    Ttl = true)]
sealed record KeyAuthCredential : Entity, IConfigureSchema, ICredentialEntity
{
    EntityCredential? credential;

    /// <summary>Whose key it is.</summary>
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<Consumer> Consumer { get; init; }

    /// <summary>The key; made when it is not given.</summary>
    [Unique, Auto, Optional]
    public string? Key { get; init; }

    /// <summary>The seconds it is still valid; <c>null</c> for ever. No field: stores keep it beside the fields of every entity that may expire.</summary>
    [Auto]
    public long? Ttl { get; init; }

    TimeSpan? ICredentialEntity.Remaining => Ttl is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    EntityCredential ICredentialEntity.Credential => credential ??= new EntityCredential(Id, Consumer.Id, null, this);

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Remove("updated_at", "ttl").Place("tags", after: "key");
}
