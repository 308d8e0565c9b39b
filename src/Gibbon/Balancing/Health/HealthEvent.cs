namespace Gibbon.Balancing.Health;

/// <summary>What a probe or a request has shown of an address; each is counted by itself.</summary>
internal enum HealthEvent
{
    /// <summary>An answer with a status that counts as healthy.</summary>
    Success,

    /// <summary>An answer with a status that counts as unhealthy, or with none.</summary>
    HttpFailure,

    /// <summary>No connection, no handshake, or a connection that broke.</summary>
    TcpFailure,

    /// <summary>No answer in time.</summary>
    Timeout,
}
