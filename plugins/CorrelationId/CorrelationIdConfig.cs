using Gibbon.Pdk.Schemas;

namespace Gibbon.Plugins.CorrelationId;

/// <summary>Where the id is put and how it is made.</summary>
sealed record CorrelationIdConfig
{
    const string DefaultHeader = "Kong-Request-ID";

    /// <summary>The header.</summary>
    public string? HeaderName { get; init; } = DefaultHeader;

    /// <summary>How the id is made.</summary>
    public Generator Generator { get; init; } = Generator.UuidAndCounter;

    /// <summary>Whether the client is told.</summary>
    public bool EchoDownstream { get; init; }

    internal string Header => HeaderName ?? DefaultHeader;
}

/// <summary>How an id is made.</summary>
enum Generator
{
    /// <summary>A UUID.</summary>
    Uuid,

    /// <summary>A UUID of the process, <c>#</c>, and a number that counts from 1.</summary>
    [Name("uuid#counter")]
    UuidAndCounter,

    /// <summary>The server's address and port, the process, the connection, the number of the request on it, and the time.</summary>
    Tracker,
}
