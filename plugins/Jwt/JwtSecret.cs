using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Jwt;

/// <summary>What the tokens of a consumer are signed with: a secret, or the public half of a pair of keys.</summary>
[Entity("jwt_secrets", EndpointKey = "key", CacheKey = ["key"], AdminApiName = "jwts", AdminApiNestedName = "jwt")]
sealed record JwtSecret : Entity, IConfigureSchema, ICredentialEntity
{
    EntityCredential? credential;
    PublicKey? publicKey;

    /// <summary>Whose tokens.</summary>
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<Consumer> Consumer { get; init; }

    /// <summary>What tokens name it by; made when it is not given.</summary>
    [Unique, Auto, Optional]
    public string? Key { get; init; }

    /// <summary>The secret of the algorithms HS*; made when it is not given.</summary>
    [Auto]
    public string? Secret { get; init; }

    /// <summary>The public key of all other algorithms, in PEM.</summary>
    public string? RsaPublicKey { get; init; }

    /// <summary>The only algorithm with which tokens may be signed.</summary>
    [OneOf("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "EdDSA")]
    public string? Algorithm { get; init; } = "HS256";

    TimeSpan? ICredentialEntity.Remaining => null;

    EntityCredential ICredentialEntity.Credential => credential ??= new EntityCredential(Id, Consumer.Id, Key, this);

    /// <summary>The public key, read once; <c>null</c> if there is none.</summary>
    /// <exception cref="InvalidOperationException">What is stored is no key.</exception>
    internal PublicKey? PublicKey => RsaPublicKey is null
        ? null
        : publicKey ??= PublicKey.Read(RsaPublicKey) ?? throw new InvalidOperationException("Consumer Public Key is Invalid");

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema
        .Remove("updated_at")
        .Place("tags", after: "algorithm")
        .Conditional(
            "algorithm",
            static field => field.With(new MatchAnyValidator(["^RS256$", "^RS384$", "^RS512$", "^PS256$", "^PS384$", "^PS512$", "^EdDSA$"], "")),
            "rsa_public_key",
            static field => field.IsSet().With(new CustomValidator(static text => PublicKey.Read((string)text) is null ? "invalid key" : null)));
}
