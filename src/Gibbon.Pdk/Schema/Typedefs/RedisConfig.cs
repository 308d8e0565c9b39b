using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk;

/// <summary>Where a Redis is and how it is spoken to: the record <c>redis</c> of plugins that share counters.</summary>
public record RedisConfig
{
    /// <summary>The host.</summary>
    [Host]
    public string? Host { get; init; }

    /// <summary>The port.</summary>
    [Port, MayBeNull]
    public int Port { get; init; } = 6379;

    /// <summary>The time to connect, to send and to read, in milliseconds.</summary>
    [Timeout, MayBeNull]
    public int Timeout { get; init; } = 2000;

    /// <summary>The user (Redis 6 and later).</summary>
    [Referenceable]
    public string? Username { get; init; }

    /// <summary>The password.</summary>
    [Referenceable, Encrypted, Length(Min = 0)]
    public string? Password { get; init; }

    /// <summary>The number of the database.</summary>
    [MayBeNull]
    public int Database { get; init; }

    /// <summary>Whether TLS is used.</summary>
    [Optional]
    public bool Ssl { get; init; }

    /// <summary>Whether the certificate of the Redis is verified.</summary>
    [Optional]
    public bool SslVerify { get; init; }

    /// <summary>The TLS server name.</summary>
    [Sni, Optional]
    public string? ServerName { get; init; }
}
