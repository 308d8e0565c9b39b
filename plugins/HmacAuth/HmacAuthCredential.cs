using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.HmacAuth;

/// <summary>A name and a secret of a consumer.</summary>
[Entity(
    "hmacauth_credentials",
    EndpointKey = "username",
    CacheKey = ["username"],
    AdminApiName = "hmac-auths",
    AdminApiNestedName = "hmac-auth")]
sealed record HmacAuthCredential : Entity, IConfigureSchema, ICredentialEntity
{
    EntityCredential? credential;

    /// <summary>Whose name and secret these are.</summary>
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<Consumer> Consumer { get; init; }

    /// <summary>The name.</summary>
    [Unique]
    public required string Username { get; init; }

    /// <summary>The secret; made when it is not given.</summary>
    [Auto]
    public string? Secret { get; init; }

    TimeSpan? ICredentialEntity.Remaining => null;

    EntityCredential ICredentialEntity.Credential => credential ??= new EntityCredential(Id, Consumer.Id, Username, this);

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Remove("updated_at").Place("tags", after: "secret");
}
