using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.OAuth2;

/// <summary>A token that was issued.</summary>
[Entity("oauth2_tokens", EndpointKey = "access_token", CacheKey = ["access_token"], Ttl = true)]
sealed record OAuth2Token : Entity, IConfigureSchema
{
    /// <summary>The service it is good for; <c>null</c> for all whose configuration says so.</summary>
    [OnDelete(DeleteRule.Cascade), Default(null)]
    public EntityReference<Service>? Service { get; init; }

    /// <summary>The application it was issued to.</summary>
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<OAuth2Credential> Credential { get; init; }

    /// <summary>Its kind.</summary>
    [OneOf("bearer")]
    public string TokenType { get; init; } = "bearer";

    /// <summary>How long it lasts, in seconds from its creation; 0 is for ever.</summary>
    public required long ExpiresIn { get; init; }

    /// <summary>The token; made when it is not given.</summary>
    [Unique, Auto, Optional]
    public string? AccessToken { get; init; }

    /// <summary>What the next token is issued for.</summary>
    [Unique, Optional]
    public string? RefreshToken { get; init; }

    /// <summary>The user, as the application that asked for consent names him.</summary>
    [Optional]
    public string? AuthenticatedUserid { get; init; }

    /// <summary>What it allows.</summary>
    public string? Scope { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Remove("updated_at", "tags");
}
