using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.RateLimiting;

/// <summary>A Redis server.</summary>
sealed record RedisConfig
{
    /// <summary>Its host.</summary>
    [Host]
    public string? Host { get; init; }

    /// <summary>Its port.</summary>
    [Port]
    public long? Port { get; init; } = 6379;

    /// <summary>How long to wait for it, in milliseconds.</summary>
    [Timeout]
    public long? Timeout { get; init; } = 2000;

    /// <summary>The user.</summary>
    [Referenceable]
    public string? Username { get; init; }

    /// <summary>The password.</summary>
    [Referenceable, Encrypted, Length(Min = 0)]
    public string? Password { get; init; }

    /// <summary>The number of the database.</summary>
    public long? Database { get; init; } = 0;

    /// <summary>Whether the connection uses TLS.</summary>
    [Optional]
    public bool? Ssl { get; init; } = false;

    /// <summary>Whether the server's certificate is checked.</summary>
    [Optional]
    public bool? SslVerify { get; init; } = false;

    /// <summary>The server's name in TLS.</summary>
    [Sni, Optional]
    public string? ServerName { get; init; }
}
