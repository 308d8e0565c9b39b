using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Jwt;

/// <summary>Where tokens are looked for, and which of their claims are checked.</summary>
sealed record JwtConfig : IAuthenticationConfig, IConfigureSchema
{
    const string Scheme = "Bearer";

    Refusal? missing;
    HeaderMap? invalidToken;

    /// <summary>The query arguments that may hold a token.</summary>
    [Set]
    public IReadOnlyList<string>? UriParamNames { get; init; } = ["jwt"];

    /// <summary>The cookies that may hold a token.</summary>
    [Set]
    public IReadOnlyList<string>? CookieNames { get; init; } = [];

    /// <summary>The claim, or the field of the token's header, that names the credential.</summary>
    public string? KeyClaimName { get; init; } = "iss";

    /// <summary>Whether secrets are stored in base64.</summary>
    public bool SecretIsBase64 { get; init; }

    /// <summary>The claims that must be there and hold.</summary>
    [Set, OneOf("exp", "nbf")]
    public IReadOnlyList<string>? ClaimsToVerify { get; init; }

    /// <inheritdoc/>
    public string? Anonymous { get; init; }

    /// <summary>Whether OPTIONS needs a token.</summary>
    public bool RunOnPreflight { get; init; } = true;

    /// <summary>How far in the future a token may expire, in seconds; 0 is any time.</summary>
    [Between(0, 31536000)]
    public double? MaximumExpiration { get; init; } = 0;

    /// <summary>The headers that may hold a token, after <c>Bearer</c>.</summary>
    [Set]
    public IReadOnlyList<string>? HeaderNames { get; init; } = ["authorization"];

    /// <summary>The realm of the challenge.</summary>
    [Optional]
    public string? Realm { get; init; }

    internal Refusal Missing => missing ??= Json(Refusal.Unauthorized("Unauthorized", Scheme, Realm));

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Plugin.Conditional(
        "config.maximum_expiration",
        static field => field.With(new GreaterThanValidator(0)),
        "config.claims_to_verify",
        static field => field.With(new ContainsValidator("exp")));

    /// <summary>Why a token that was sent is not good enough.</summary>
    internal Refusal Refuse(string message) => Json(new Refusal(401, message, InvalidToken));

    /// <summary>Which claims of a token do not hold.</summary>
    internal Refusal Refuse(ValueMap errors) => new(401, "", InvalidToken) { Json = errors };

    internal static Refusal Json(Refusal refusal) => refusal with { Json = new ValueMap { ["message"] = refusal.Message } };

    HeaderMap InvalidToken => invalidToken ??= new HeaderMap
    {
        ["WWW-Authenticate"] = Realm is null ? $"{Scheme} error=\"invalid_token\"" : $"{Scheme} realm=\"{Realm}\" error=\"invalid_token\"",
    };
}
