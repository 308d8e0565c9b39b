using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.Acme.Storage;

/// <summary>What is to be known about each place.</summary>
sealed record StorageConfig
{
    /// <summary>The memory of this node.</summary>
    public MemoryConfig Shm { get; init; } = new();

    /// <summary>The gateway's database.</summary>
    public DatabaseConfig Kong { get; init; } = new();

    /// <summary>A Redis.</summary>
    public AcmeRedisConfig Redis { get; init; } = new();

    /// <summary>A Consul.</summary>
    public ConsulConfig Consul { get; init; } = new();

    /// <summary>A HashiCorp Vault.</summary>
    public HashiCorpConfig Vault { get; init; } = new();
}

/// <summary>The memory of this node.</summary>
sealed record MemoryConfig
{
    /// <summary>The name of the shared dictionary.</summary>
    public string? ShmName { get; init; } = "kong";
}

/// <summary>The gateway's database, of which there is nothing to say.</summary>
sealed record DatabaseConfig;

/// <summary>A Redis.</summary>
sealed record AcmeRedisConfig : RedisConfig, IConfigureSchema
{
    static readonly string[] Reserved = [AcmeKeys.Renewal, AcmeKeys.LastRun, AcmeKeys.Certificate];

    /// <summary>What only this plugin needs.</summary>
    public RedisExtraOptions ExtraOptions { get; init; } = new();

    static void IConfigureSchema.Configure(SchemaBuilder schema)
    {
        Move(schema, new Field { Name = "auth", Type = FieldType.String }.With(new LeastLengthValidator(0)), "password");
        Move(schema, new Field { Name = "ssl_server_name", Type = FieldType.String }, "server_name");
        Move(schema, new Field { Name = "namespace", Type = FieldType.String }.With(new LeastLengthValidator(0)), "extra_options.namespace");
        Move(schema, new Field { Name = "scan_count", Type = FieldType.Integer }, "extra_options.scan_count");
    }

    static void Move(SchemaBuilder schema, Field old, string path) => schema.Moved(
        old,
        path,
        $"acme: config.storage_config.redis.{old.Name} is deprecated, please use config.storage_config.redis.{path} instead");

    /// <summary>What is wrong with the beginning of keys; <c>null</c> if nothing is.</summary>
    internal static string? CheckNamespace(object value) =>
        value is string text && Array.Find(Reserved, word => text.StartsWith(word, StringComparison.Ordinal)) is { } reserved
            ? $"namespace can't be prefixed with reserved word: {reserved}"
            : null;
}

/// <summary>What only this plugin needs of a Redis.</summary>
sealed record RedisExtraOptions : IConfigureSchema
{
    /// <summary>What all keys begin with.</summary>
    [Length(Min = 0)]
    public string Namespace { get; init; } = "";

    /// <summary>How many keys are looked at in one go.</summary>
    [Optional]
    public double? ScanCount { get; init; } = 10;

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.Validate("namespace", AcmeRedisConfig.CheckNamespace);
}

/// <summary>A server that keeps values under keys and is spoken to by HTTP.</summary>
abstract record KeyValueServer
{
    /// <summary>Whether TLS is spoken.</summary>
    public bool? Https { get; init; } = false;

    /// <summary>The host.</summary>
    [Host]
    public string? Host { get; init; }

    /// <summary>The port.</summary>
    [Port]
    public int? Port { get; init; }

    /// <summary>What all keys lie below; in a vault the mount comes first.</summary>
    public string? KvPath { get; init; }

    /// <summary>How long an answer may take, in milliseconds.</summary>
    public double? Timeout { get; init; }

    /// <summary>The token that may read and write there.</summary>
    [Referenceable]
    public string? Token { get; init; }
}

/// <summary>A Consul.</summary>
sealed record ConsulConfig : KeyValueServer;

/// <summary>A HashiCorp Vault, with the engine <c>kv</c> in its second version.</summary>
sealed record HashiCorpConfig : KeyValueServer
{
    /// <summary>Whether the certificate of the vault must be valid.</summary>
    public bool? TlsVerify { get; init; } = true;

    /// <summary>The name the vault is called by; the host, if it is not said.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>How to get a token.</summary>
    [OneOf("token", "kubernetes")]
    public string? AuthMethod { get; init; } = "token";

    /// <summary>Where Kubernetes' accounts are known by.</summary>
    public string? AuthPath { get; init; }

    /// <summary>The role that is asked for.</summary>
    public string? AuthRole { get; init; }

    /// <summary>The file of the account's own token.</summary>
    public string? JwtPath { get; init; }
}
