using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.LdapAuth;

/// <summary>The directory that knows users and their passwords.</summary>
sealed record LdapAuthConfig : IAuthenticationConfig, IConfigureSchema
{
    Refusal? unauthorized;

    /// <summary>Its host.</summary>
    public required string LdapHost { get; init; }

    /// <summary>Its port.</summary>
    [Port]
    public long LdapPort { get; init; } = 389;

    /// <summary>Whether it speaks TLS from the start.</summary>
    public bool Ldaps { get; init; }

    /// <summary>Whether it is asked to speak TLS.</summary>
    public bool StartTls { get; init; }

    /// <summary>Whether its certificate is checked.</summary>
    public bool VerifyLdapHost { get; init; }

    /// <summary>Where users are in it.</summary>
    public required string BaseDn { get; init; }

    /// <summary>The attribute that holds a user's name.</summary>
    public required string Attribute { get; init; }

    /// <summary>How long an answer is believed, in seconds.</summary>
    public double CacheTtl { get; init; } = 60;

    /// <summary>Whether the service sees name and password.</summary>
    public bool HideCredentials { get; init; }

    /// <summary>How long to wait for the directory, in milliseconds.</summary>
    public double? Timeout { get; init; } = 10000;

    /// <summary>How long an unused connection is kept, in milliseconds.</summary>
    public double? Keepalive { get; init; } = 60000;

    /// <inheritdoc/>
    public string? Anonymous { get; init; }

    /// <summary>The scheme in the header: what stands before name and password.</summary>
    public string? HeaderType { get; init; } = "ldap";

    /// <summary>The realm of the challenge.</summary>
    [Optional]
    public string? Realm { get; init; }

    internal Refusal Unauthorized => unauthorized ??= Refusal.Unauthorized("Unauthorized", HeaderType is null or "ldap" ? "LDAP" : HeaderType, Realm);

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Conditional(
        "ldaps",
        static field => field.Is(true),
        "start_tls",
        static field => field.Is(false),
        "'ldaps' and 'start_tls' cannot be enabled simultaneously");
}
