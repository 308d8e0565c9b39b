using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>An upstream API: where and how requests are passed on.</summary>
[Entity("services", EndpointKey = "name")]
public sealed record Service : Entity, IConfigureSchema
{
    /// <summary>The name.</summary>
    [Unique, Utf8Name]
    public string? Name { get; init; }

    /// <summary>How often a request is tried again after it could not be passed on.</summary>
    [Between(0, 32767)]
    public int? Retries { get; init; } = 5;

    /// <summary>The protocol spoken with the upstream.</summary>
    public Protocol Protocol { get; init; } = Protocol.Http;

    /// <summary>A hostname, an IP address, or the name of an <see cref="Upstream"/>.</summary>
    [Host]
    public required string Host { get; init; }

    /// <summary>The port; not used when the host is the name of an upstream.</summary>
    [Port]
    public int Port { get; init; } = 80;

    /// <summary>What is put before the path of every request.</summary>
    [Path]
    public string? Path { get; init; }

    /// <summary>The time to connect, in milliseconds.</summary>
    [Between(1, 2147483646)]
    public int? ConnectTimeout { get; init; } = 60000;

    /// <summary>The time between two writes to the upstream, in milliseconds.</summary>
    [Between(1, 2147483646)]
    public int? WriteTimeout { get; init; } = 60000;

    /// <summary>The time between two reads from the upstream, in milliseconds.</summary>
    [Between(1, 2147483646)]
    public int? ReadTimeout { get; init; } = 60000;

    /// <summary>The certificate shown to the upstream.</summary>
    public EntityReference<Certificate>? ClientCertificate { get; init; }

    /// <summary>Whether the upstream's certificate is verified; null leaves it to the settings.</summary>
    public bool? TlsVerify { get; init; }

    /// <summary>How many certificates the upstream's chain may have; null leaves it to the settings.</summary>
    [Between(0, 64), Default(null)]
    public int? TlsVerifyDepth { get; init; }

    /// <summary>The ids of the CA certificates trusted for the upstream; null leaves it to the settings.</summary>
    public IReadOnlyList<Guid>? CaCertificates { get; init; }

    /// <summary>Whether the service's routes take part in routing.</summary>
    public bool Enabled { get; init; } = true;

    static void IConfigureSchema.Configure(SchemaBuilder schema) => ServiceRules.Add(schema);
}
