using System.Security.Cryptography;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Session;

/// <summary>How long sessions last, and how they are kept.</summary>
sealed record SessionConfig : IConfigureSchema
{
    SessionKeys? keys;

    /// <summary>The secret that keeps cookies from being read and forged; by default one that lasts until the gateway stops.</summary>
    [Referenceable, Encrypted, Optional]
    public string? Secret { get; init; } = RandomSecret;

    /// <summary>Where what is in a session is kept.</summary>
    public SessionStorage? Storage { get; init; } = SessionStorage.Cookie;

    /// <summary>What a session is for: others are passed over.</summary>
    public string? Audience { get; init; } = "default";

    /// <summary>After how many seconds without a request a session ends.</summary>
    public double? IdlingTimeout { get; init; } = 900;

    /// <summary>After how many seconds a session must be renewed.</summary>
    public double? RollingTimeout { get; init; } = 3600;

    /// <summary>After how many seconds a session ends in any case.</summary>
    public double? AbsoluteTimeout { get; init; } = 86400;

    /// <summary>For how many seconds a session that was renewed is still accepted.</summary>
    public double? StaleTtl { get; init; } = 10;

    /// <summary>The cookie's name.</summary>
    public string? CookieName { get; init; } = "session";

    /// <summary>The cookie's path.</summary>
    public string? CookiePath { get; init; } = "/";

    /// <summary>The cookie's domain.</summary>
    public string? CookieDomain { get; init; }

    /// <summary>Whether browsers send the cookie from other sites.</summary>
    public SameSite? CookieSameSite { get; init; } = SameSite.Strict;

    /// <summary>Whether browsers hide the cookie from scripts.</summary>
    public bool? CookieHttpOnly { get; init; } = true;

    /// <summary>Whether browsers send the cookie over TLS only.</summary>
    public bool? CookieSecure { get; init; } = true;

    /// <summary>Whether sessions outlast the browser.</summary>
    public bool? Remember { get; init; } = false;

    /// <summary>The name of the cookie that outlasts the browser.</summary>
    public string? RememberCookieName { get; init; } = "remember";

    /// <summary>After how many seconds a remembered session must be renewed.</summary>
    public double? RememberRollingTimeout { get; init; } = 604800;

    /// <summary>After how many seconds a remembered session ends in any case.</summary>
    public double? RememberAbsoluteTimeout { get; init; } = 2592000;

    /// <summary>What clients are told of the session.</summary>
    [Set, OneOf("id", "audience", "subject", "timeout", "idling-timeout", "rolling-timeout", "absolute-timeout")]
    public IReadOnlyList<string>? ResponseHeaders { get; init; }

    /// <summary>What services are told of the session.</summary>
    [Set, OneOf("id", "audience", "subject", "timeout", "idling-timeout", "rolling-timeout", "absolute-timeout")]
    public IReadOnlyList<string>? RequestHeaders { get; init; }

    /// <summary>Whether bodies are searched for the wish to log out.</summary>
    public bool? ReadBodyForLogout { get; init; } = false;

    /// <summary>The methods with which clients can log out.</summary>
    [Set, OneOf("GET", "POST", "DELETE")]
    public IReadOnlyList<string>? LogoutMethods { get; init; } = ["POST", "DELETE"];

    /// <summary>The query argument that logs out.</summary>
    public string? LogoutQueryArg { get; init; } = "session_logout";

    /// <summary>The body's argument that logs out.</summary>
    public string? LogoutPostArg { get; init; } = "session_logout";

    /// <summary>The keys made from the secret.</summary>
    internal SessionKeys Keys => keys ??= new SessionKeys(Secret ?? RandomSecret);

    // What is null has its default in Kong's sessions as well; 0 is for ever.
    internal double Idling => IdlingTimeout ?? 900;

    internal double Rolling => RollingTimeout ?? 3600;

    internal double Absolute => AbsoluteTimeout ?? 86400;

    internal double RememberRolling => RememberRollingTimeout ?? 604800;

    internal double RememberAbsolute => RememberAbsoluteTimeout ?? 2592000;

    internal string AudienceName => Audience ?? "default";

    internal bool IsStored => Storage == SessionStorage.Kong;

    static string RandomSecret { get; } = RandomNumberGenerator.GetString("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 44);

    static void IConfigureSchema.Configure(SchemaBuilder schema)
    {
        OldName("cookie_lifetime", FieldType.Number, static value => new ValueMap { ["rolling_timeout"] = value });
        OldName("cookie_idletime", FieldType.Number, static value => new ValueMap { ["idling_timeout"] = value ?? 0L });
        OldName("cookie_renew", FieldType.Number, static _ => null);
        OldName("cookie_discard", FieldType.Number, static value => new ValueMap { ["stale_ttl"] = value });
        OldName("cookie_samesite", FieldType.String, static value => new ValueMap { ["cookie_same_site"] = value is "off" ? "Lax" : value });
        OldName("cookie_httponly", FieldType.Boolean, static value => new ValueMap { ["cookie_http_only"] = value });
        OldName("cookie_persistent", FieldType.Boolean, static value => new ValueMap { ["remember"] = value });

        void OldName(string name, FieldType type, Func<object?, ValueMap?> expand) => schema.Shorthand(new Field { Name = name, Type = type }, expand);
    }
}

/// <summary>Where what is in a session is kept.</summary>
enum SessionStorage
{
    /// <summary>In the cookie, encrypted.</summary>
    Cookie,

    /// <summary>In the database, encrypted.</summary>
    Kong,
}

/// <summary>Whether browsers send a cookie from other sites (RFC 6265bis).</summary>
enum SameSite
{
    /// <summary>Never.</summary>
    [Name("Strict")]
    Strict,

    /// <summary>When the user follows a link.</summary>
    [Name("Lax")]
    Lax,

    /// <summary>Always.</summary>
    [Name("None")]
    None,

    /// <summary>As the browser likes.</summary>
    [Name("Default")]
    Default,
}
