using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.OAuth2;

/// <summary>An application of a consumer: a client in the words of RFC 6749.</summary>
[Entity("oauth2_credentials", EndpointKey = "client_id", CacheKey = ["client_id"], AdminApiName = "oauth2")]
sealed record OAuth2Credential : Entity, IConfigureSchema, ICredentialEntity
{
    EntityCredential? credential;

    /// <summary>Whose application.</summary>
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<Consumer> Consumer { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its id; made when it is not given.</summary>
    [Unique, Auto, Optional]
    public string? ClientId { get; init; }

    /// <summary>Its secret, or the hash of it; made when it is not given.</summary>
    [Auto, Optional, Encrypted]
    public string? ClientSecret { get; init; }

    /// <summary>Whether the secret is stored as a hash.</summary>
    public bool HashSecret { get; init; }

    /// <summary>Where users may be sent back to.</summary>
    [Optional]
    public IReadOnlyList<string>? RedirectUris { get; init; }

    /// <summary>Whether it can keep a secret.</summary>
    public ClientType ClientType { get; init; } = ClientType.Confidential;

    TimeSpan? ICredentialEntity.Remaining => null;

    EntityCredential ICredentialEntity.Credential => credential ??= new EntityCredential(Id, Consumer.Id, ClientId, this);

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema
        .Remove("updated_at")
        .Place("tags", after: "redirect_uris")
        .Change("redirect_uris", static field => field with { Elements = field.Elements!.With(new CustomValidator(static uri => CheckUri((string)uri))) })
        .Transform(new Transformation { Input = ["hash_secret"], Needs = ["client_secret"], OnWrite = Hash });

    static string? CheckUri(string text)
    {
        var rest = text.IndexOf("://", StringComparison.Ordinal);
        if (rest <= 0 || !char.IsAsciiLetter(text[0]) || text.AsSpan(rest + 3).IndexOfAny("/?#") == 0 || text.Length == rest + 3)
            return $"cannot parse '{text}'";

        return text.Contains('#', StringComparison.Ordinal) ? $"fragment not allowed in '{text}'" : null;
    }

    static TransformationResult Hash(ValueMap entity) => entity.Get("hash_secret") is true && entity.GetString("client_secret") is { } secret
        ? new ValueMap { ["client_secret"] = SecretHash.Of(secret) }
        : default(TransformationResult);
}

/// <summary>Whether an application can keep a secret (RFC 6749, section 2.1).</summary>
enum ClientType
{
    /// <summary>It can: it runs on a server.</summary>
    Confidential,

    /// <summary>It cannot: it runs in a browser or on a telephone.</summary>
    Public,
}
