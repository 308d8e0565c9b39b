using System.Buffers;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.OAuth2;

/// <summary>An application of a consumer: a client in the words of RFC 6749.</summary>
[Entity("oauth2_credentials", EndpointKey = "client_id", CacheKey = ["client_id"], AdminApiName = "oauth2")]
sealed record OAuth2Credential : Entity, IConfigureSchema, ICredentialEntity
{
    static readonly SearchValues<char> SchemeLetters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

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
        var scheme = text.AsSpan(0, Math.Max(0, text.IndexOf("://", StringComparison.Ordinal)));
        if (scheme.IsEmpty || !char.IsAsciiLetterOrDigit(scheme[0]) || scheme.ContainsAnyExcept(SchemeLetters) || Host(text.AsSpan(scheme.Length + 3)).IsEmpty)
            return $"cannot parse '{text}'";

        return text.Contains('#', StringComparison.Ordinal) ? $"fragment not allowed in '{text}'" : null;
    }

    /// <summary>The host, with neither a user before it nor a port behind it.</summary>
    static ReadOnlySpan<char> Host(ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny("/?#");
        var authority = end < 0 ? rest : rest[..end];
        var host = authority[(authority.IndexOf('@') + 1)..];
        var port = host.LastIndexOf(':');
        return port < 0 || host[port..].Contains(']') ? host : host[..port];
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
