namespace Gibbon.Pdk;

/// <summary>How an HTTP client connects.</summary>
public sealed record HttpClientOptions
{
    /// <summary>How long connecting may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an unused connection is kept.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many connections there may be to one server.</summary>
    public int MaxConnections { get; init; } = int.MaxValue;

    /// <summary>Whether the server's certificate must be valid.</summary>
    public bool VerifyTls { get; init; } = true;

    /// <summary>The certificate shown to servers that ask for one.</summary>
    public TlsCertificate? Certificate { get; init; }

    /// <summary>The proxy to go through: <c>http://host:port</c>.</summary>
    public Uri? Proxy { get; init; }
}
