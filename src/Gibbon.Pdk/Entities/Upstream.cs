using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>A virtual host whose requests are spread over targets.</summary>
[Entity("upstreams", EndpointKey = "name")]
public sealed record Upstream : Entity, IConfigureSchema
{
    /// <summary>The name; a service with this host uses the upstream.</summary>
    [Unique]
    public required string Name { get; init; }

    /// <summary>How a target is chosen.</summary>
    public BalancingAlgorithm? Algorithm { get; init; } = BalancingAlgorithm.RoundRobin;

    /// <summary>What is hashed to find the target.</summary>
    public HashInput? HashOn { get; init; } = HashInput.None;

    /// <summary>What is hashed when the first yields nothing.</summary>
    public HashInput? HashFallback { get; init; } = HashInput.None;

    /// <summary>The header that is hashed.</summary>
    [HeaderName]
    public string? HashOnHeader { get; init; }

    /// <summary>The header that is hashed when the first yields nothing.</summary>
    [HeaderName]
    public string? HashFallbackHeader { get; init; }

    /// <summary>The cookie that is hashed; it is set when it is missing.</summary>
    [CookieName]
    public string? HashOnCookie { get; init; }

    /// <summary>The path of the cookie that is set.</summary>
    [Path]
    public string? HashOnCookiePath { get; init; } = "/";

    /// <summary>The query argument that is hashed.</summary>
    [Length(Min = 1)]
    public string? HashOnQueryArg { get; init; }

    /// <summary>The query argument that is hashed when the first yields nothing.</summary>
    [Length(Min = 1)]
    public string? HashFallbackQueryArg { get; init; }

    /// <summary>The capture of the route's path that is hashed.</summary>
    [Length(Min = 1)]
    public string? HashOnUriCapture { get; init; }

    /// <summary>The capture of the route's path that is hashed when the first yields nothing.</summary>
    [Length(Min = 1)]
    public string? HashFallbackUriCapture { get; init; }

    /// <summary>The cookie that binds a session to a target, for the algorithm <c>sticky-sessions</c>.</summary>
    [CookieName, BeyondKong]
    public string? StickySessionsCookie { get; init; }

    /// <summary>The path of that cookie; <c>/</c> when it is not given.</summary>
    [Path, BeyondKong]
    public string? StickySessionsCookiePath { get; init; }

    /// <summary>The places on the ring of the consistent hash.</summary>
    [Between(10, 65536)]
    public int? Slots { get; init; } = 10000;

    /// <summary>How it is found out which targets work.</summary>
    public Healthchecks Healthchecks { get; init; } = new();

    /// <summary>The Host that targets see when the route does not keep the request's.</summary>
    [HostWithPort]
    public string? HostHeader { get; init; }

    /// <summary>The certificate shown to targets.</summary>
    public EntityReference<Certificate>? ClientCertificate { get; init; }

    /// <summary>Whether targets are resolved by SRV records with the service's name in front.</summary>
    public bool? UseSrvName { get; init; } = false;

    static void IConfigureSchema.Configure(SchemaBuilder schema) => UpstreamRules.Add(schema);
}

/// <summary>How a target is chosen.</summary>
public enum BalancingAlgorithm
{
    /// <summary>By a hash of something in the request.</summary>
    [Name("consistent-hashing")]
    ConsistentHashing,

    /// <summary>The one with the fewest requests under way, by weight.</summary>
    [Name("least-connections")]
    LeastConnections,

    /// <summary>One after the other, by weight.</summary>
    [Name("round-robin")]
    RoundRobin,

    /// <summary>The one that has answered fastest of late.</summary>
    Latency,

    /// <summary>The one that the client's cookie names, or round-robin for a client without one, which then gets it.</summary>
    [Name("sticky-sessions"), BeyondKong]
    StickySessions,
}

/// <summary>What is hashed.</summary>
public enum HashInput
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The consumer, or its credential.</summary>
    Consumer,

    /// <summary>The client's address.</summary>
    Ip,

    /// <summary>A header.</summary>
    Header,

    /// <summary>A cookie.</summary>
    Cookie,

    /// <summary>The path.</summary>
    Path,

    /// <summary>A query argument.</summary>
    QueryArg,

    /// <summary>A capture of the route's path.</summary>
    UriCapture,
}
