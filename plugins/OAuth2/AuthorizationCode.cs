using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.OAuth2;

/// <summary>A code that an application exchanges for a token.</summary>
[Entity("oauth2_authorization_codes", Ttl = true, GenerateAdminApi = false, Exported = false)]
sealed record AuthorizationCode : Entity, IConfigureSchema
{
    /// <summary>The service it is good for; <c>null</c> for all whose configuration says so.</summary>
    [OnDelete(DeleteRule.Cascade), Default(null)]
    public EntityReference<Service>? Service { get; init; }

    /// <summary>The application it was issued to.</summary>
    [OnDelete(DeleteRule.Cascade)]
    public required EntityReference<OAuth2Credential> Credential { get; init; }

    /// <summary>The code; made when it is not given.</summary>
    [Unique, Auto, Optional]
    public string? Code { get; init; }

    /// <summary>The user.</summary>
    [Optional]
    public string? AuthenticatedUserid { get; init; }

    /// <summary>What the token will allow.</summary>
    public string? Scope { get; init; }

    /// <summary>What the application must know the origin of (RFC 7636).</summary>
    [Optional]
    public string? Challenge { get; init; }

    /// <summary>How the challenge was made.</summary>
    [OneOf("S256"), Optional]
    public string? ChallengeMethod { get; init; }

    /// <summary>The configuration that issued it.</summary>
    [OnDelete(DeleteRule.Cascade), Default(null)]
    public EntityReference<Plugin>? Plugin { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Remove("updated_at", "tags");
}
