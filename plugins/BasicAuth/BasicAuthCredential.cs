using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.BasicAuth;

/// <summary>A name and a password of a consumer.</summary>
[Entity(
    "basicauth_credentials",
    EndpointKey = "username",
    CacheKey = ["username"],
    AdminApiName = "basic-auths",
    AdminApiNestedName = "basic-auth")]
sealed record BasicAuthCredential : Entity, IConfigureSchema, ICredentialEntity
{
    EntityCredential? credential;

    /// <summary>Whose name and password these are.</summary>
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<Consumer> Consumer { get; init; }

    /// <summary>The name.</summary>
    [Unique]
    public required string Username { get; init; }

    /// <summary>The password; in the store its hash (<see cref="PasswordHash"/>).</summary>
    [Encrypted]
    public required string Password { get; init; }

    TimeSpan? ICredentialEntity.Remaining => null;

    EntityCredential ICredentialEntity.Credential => credential ??= new EntityCredential(Id, Consumer.Id, Username, this);

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema
        .Remove("updated_at")
        .Place("tags", after: "password")
        .Transform(new Transformation { Input = ["password"], Needs = ["consumer.id"], OnWrite = HashPassword });

    static TransformationResult HashPassword(ValueMap entity) => new ValueMap
    {
        ["password"] = PasswordHash.Of(entity.GetString("password") ?? "", entity.GetMap("consumer")?.GetString("id") ?? ""),
    };
}
