using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.OAuth2;

/// <summary>Which grants there are, and how long tokens last.</summary>
sealed record OAuth2Config : IAuthenticationConfig, IConfigureSchema
{
    const string NoFlow =
        "at least one of these fields must be true: enable_authorization_code, enable_implicit_grant, enable_client_credentials, enable_password_grant";

    /// <summary>The scopes there are; <c>null</c> is any.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>Whether a token needs a scope.</summary>
    public bool MandatoryScope { get; init; }

    /// <summary>What the application shows that asks users for their consent; made when it is not given.</summary>
    [Unique, Auto, Encrypted]
    public string? ProvisionKey { get; init; }

    /// <summary>How long a token lasts, in seconds; 0 is for ever.</summary>
    public double TokenExpiration { get; init; } = 7200;

    /// <summary>Whether the authorization code grant is on (RFC 6749, section 4.1).</summary>
    public bool EnableAuthorizationCode { get; init; }

    /// <summary>Whether the implicit grant is on (section 4.2).</summary>
    public bool EnableImplicitGrant { get; init; }

    /// <summary>Whether the client credentials grant is on (section 4.4).</summary>
    public bool EnableClientCredentials { get; init; }

    /// <summary>Whether the password grant is on (section 4.3).</summary>
    public bool EnablePasswordGrant { get; init; }

    /// <summary>Whether the service does not see the token.</summary>
    public bool HideCredentials { get; init; }

    /// <summary>Whether a trusted proxy may say that the client came over TLS.</summary>
    public bool AcceptHttpIfAlreadyTerminated { get; init; }

    /// <inheritdoc/>
    public string? Anonymous { get; init; }

    /// <summary>Whether tokens are good for every service whose configuration says so too.</summary>
    public bool GlobalCredentials { get; init; }

    /// <summary>The header that holds the token.</summary>
    public string? AuthHeaderName { get; init; } = "authorization";

    /// <summary>How long a token can be refreshed, in seconds; 0 is for ever.</summary>
    [Ttl]
    public double RefreshTokenTtl { get; init; } = 1209600;

    /// <summary>Whether a refresh token stays good when it is used.</summary>
    public bool ReuseRefreshToken { get; init; }

    /// <summary>Which clients must prove that the code is theirs (RFC 7636); <c>null</c> is <c>lax</c>.</summary>
    [Optional]
    public PkceMode? Pkce { get; init; } = PkceMode.Lax;

    /// <summary>The realm of challenges.</summary>
    [Optional]
    public string? Realm { get; init; }

    internal string HeaderName => AuthHeaderName ?? "authorization";

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema
        .Change("provision_key", static field => field.IsSet())
        .Conditional("mandatory_scope", static field => field.Is(true), "scopes", static field => field.IsSet())
        .CheckWhole(static config =>
            config.Get("enable_authorization_code") is true || config.Get("enable_implicit_grant") is true
            || config.Get("enable_client_credentials") is true || config.Get("enable_password_grant") is true
                ? null
                : NoFlow);

    /// <summary>The challenge, with what is wrong (RFC 6750, section 3), spelt as Kong does: without commas.</summary>
    internal HeaderMap Challenge(string? error = null, string? description = null) => new()
    {
        ["WWW-Authenticate"] = "Bearer"
            + (Realm is null ? "" : $" realm=\"{Realm}\"")
            + (error is null ? "" : $" error=\"{error}\" error_description=\"{description}\""),
    };
}

/// <summary>Which clients must prove that an authorization code is theirs.</summary>
enum PkceMode
{
    /// <summary>Those that choose to.</summary>
    None,

    /// <summary>Public ones.</summary>
    Lax,

    /// <summary>All.</summary>
    Strict,
}
