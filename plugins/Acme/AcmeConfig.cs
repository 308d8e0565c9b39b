using Gibbon.Pdk.Schemas;
using Gibbon.Plugins.Acme.Storage;

namespace Gibbon.Plugins.Acme;

/// <summary>Whose certificates are asked for, of which authority, and where they are kept.</summary>
sealed record AcmeConfig : IConfigureSchema
{
    /// <summary>The address of whoever is responsible, told to the authority.</summary>
    [Match("%w*%p*@+%w*%.?%w*"), Referenceable, Encrypted]
    public required string AccountEmail { get; init; }

    /// <summary>The key of the account, one of the <c>keys</c>; without it one is made.</summary>
    [Optional]
    public AccountKeyConfig? AccountKey { get; init; }

    /// <summary>The authority's directory; <c>/directory</c> may be left out.</summary>
    [Url]
    public string? ApiUri { get; init; } = "https://acme-v02.api.letsencrypt.org/directory";

    /// <summary>Whether the authority's terms are agreed to.</summary>
    public bool? TosAccepted { get; init; } = false;

    /// <summary>The id of the key of an account that exists elsewhere at the authority (external account binding).</summary>
    [Referenceable, Encrypted]
    public string? EabKid { get; init; }

    /// <summary>That key, in base64url.</summary>
    [Referenceable, Encrypted]
    public string? EabHmacKey { get; init; }

    /// <summary>The kind of the certificates' keys.</summary>
    [OneOf("rsa", "ecc")]
    public string? CertType { get; init; } = "rsa";

    /// <summary>The size of RSA keys, in bits.</summary>
    [OneOf(2048, 3072, 4096)]
    public double? RsaKeySize { get; init; } = 4096;

    /// <summary>How many days before its end a certificate is renewed.</summary>
    public double? RenewThresholdDays { get; init; } = 14;

    /// <summary>The names that get certificates; <c>*.example.com</c> stands for all below it.</summary>
    [RouterHost]
    public IReadOnlyList<string>? Domains { get; init; }

    /// <summary>Whether every name gets one.</summary>
    public bool? AllowAnyDomain { get; init; } = false;

    /// <summary>How many minutes a name waits after a failure.</summary>
    public double? FailBackoffMinutes { get; init; } = 5;

    /// <summary>Where accounts, challenges and certificates are kept.</summary>
    [OneOf("kong", "shm", "redis", "consul", "vault")]
    public string? Storage { get; init; } = "shm";

    /// <summary>More about that place.</summary>
    public StorageConfig StorageConfig { get; init; } = new();

    /// <summary>The name of the authority's root, where it offers several chains.</summary>
    public string? PreferredChain { get; init; }

    /// <summary>Whether addresses (IPv4) get certificates like names.</summary>
    public bool? EnableIpv4CommonName { get; init; } = true;

    internal AcmeDomains Names => field ??= new AcmeDomains(Domains ?? []);

    internal string DirectoryUrl => field ??= ApiUri!.EndsWith("/directory", StringComparison.Ordinal) ? ApiUri : ApiUri.TrimEnd('/') + "/directory";

    /// <summary>Whether a name gets a certificate.</summary>
    internal bool Allows(string host) =>
        (EnableIpv4CommonName is true || !AcmeDomains.IsAddress(host)) && (AllowAnyDomain is true || Names.Contain(host));

    static void IConfigureSchema.Configure(SchemaBuilder schema)
    {
        schema.Plugin.Conditional(
            "config.api_uri",
            static match => match.In("https://acme-v02.api.letsencrypt.org", "https://acme-staging-v02.api.letsencrypt.org"),
            "config.tos_accepted",
            static match => match.Is(true),
            "terms of service must be accepted, see https://letsencrypt.org/repository/");
        foreach (var name in (ReadOnlySpan<string>)["host", "port"])
            schema.Plugin.Conditional(
                "config.storage", static match => match.Is("redis"), $"config.storage_config.redis.{name}", static match => match.IsSet());

        // Where entities can be stored only the gateway knows, and says so when it begins.
        schema.Plugin.Check(["config.storage"], static _ => null);
    }
}

/// <summary>Which key is the account's.</summary>
sealed record AccountKeyConfig
{
    /// <summary>The id of the key (<c>kid</c>).</summary>
    public required string KeyId { get; init; }

    /// <summary>The name of the set it is in.</summary>
    public string? KeySet { get; init; }
}
