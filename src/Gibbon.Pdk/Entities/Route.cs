using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>Which requests belong to a service: matched by what they ask for.</summary>
[Entity("routes", EndpointKey = "name")]
public sealed record Route : Entity, IConfigureSchema
{
    /// <summary>The name.</summary>
    [Unique, Utf8Name]
    public string? Name { get; init; }

    /// <summary>The protocols the route listens to; all of one group: HTTP, gRPC, streams, or TLS passed through.</summary>
    [Set, Length(Min = 1)]
    [ExclusiveSubset("http", "https")]
    [ExclusiveSubset("tcp", "tls", "udp")]
    [ExclusiveSubset("tls_passthrough")]
    [ExclusiveSubset("grpc", "grpcs")]
    public IReadOnlyList<Protocol> Protocols { get; init; } = [Protocol.Http, Protocol.Https];

    /// <summary>The status that answers a request in clear when only protocols over TLS are allowed.</summary>
    [OneOf(426, 301, 302, 307, 308)]
    public int HttpsRedirectStatusCode { get; init; } = 426;

    /// <summary>Whether the matched path is cut off before the request is passed on.</summary>
    public bool StripPath { get; init; } = true;

    /// <summary>Whether the upstream sees the Host of the request in place of the service's.</summary>
    public bool PreserveHost { get; init; }

    /// <summary>Whether the whole request is read before it is passed on.</summary>
    public bool RequestBuffering { get; init; } = true;

    /// <summary>Whether the answer is buffered.</summary>
    public bool ResponseBuffering { get; init; } = true;

    /// <summary>The service the requests are passed on to; null leaves the answer to plugins.</summary>
    public EntityReference<Service>? Service { get; init; }

    /// <summary>The TLS server names.</summary>
    [Set, WildcardHost]
    public IReadOnlyList<string>? Snis { get; init; }

    /// <summary>Where a stream comes from.</summary>
    [Set]
    public IReadOnlyList<RouteEndpoint>? Sources { get; init; }

    /// <summary>Where a stream arrived.</summary>
    [Set]
    public IReadOnlyList<RouteEndpoint>? Destinations { get; init; }

    /// <summary>The methods.</summary>
    [Set, HttpMethod]
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>The hosts: <c>a.com</c>, <c>*.a.com</c>, <c>a.*</c>, with a port or without.</summary>
    [RouterHost]
    public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>The paths: prefixes, or regular expressions after <c>~</c>.</summary>
    [RouterPath]
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>Headers, and the values one of which each must have; a value after <c>~*</c> is a regular expression.</summary>
    [HeaderName(On = Part.Keys)]
    [MatchNone("^[Hh][Oo][Ss][Tt]$", "cannot contain 'host' header, which must be specified in the 'hosts' attribute", On = Part.Keys)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Headers { get; init; }

    /// <summary>Which of several matching regular expressions wins: the greater.</summary>
    public long? RegexPriority { get; init; } = 0;

    /// <summary>How the service's path, the route's and the request's are put together.</summary>
    public PathHandling? PathHandling { get; init; } = Entities.PathHandling.V0;

    /// <summary>The expression of the route; only with the router flavour <c>expressions</c>.</summary>
    public string? Expression { get; init; }

    /// <summary>Which of several matching expressions wins: the greater; only with the router flavour <c>expressions</c>.</summary>
    [Between(0, 70368744177663)]
    public long Priority { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => RouteRules.Add(schema);
}

/// <summary>One side of a stream: an address or a range, a port, or both.</summary>
public sealed record RouteEndpoint : IConfigureSchema
{
    /// <summary>An IP address or a range in CIDR notation.</summary>
    [IpOrCidr]
    public string? Ip { get; init; }

    /// <summary>The port.</summary>
    [Port]
    public int? Port { get; init; }

    static void IConfigureSchema.Configure(SchemaBuilder schema) => schema.AtLeastOneOf("ip", "port");
}

/// <summary>How the service's path, the route's and the request's are put together.</summary>
public enum PathHandling
{
    /// <summary>With exactly one slash between them.</summary>
    V0,

    /// <summary>As the versions before 1.0 did; only the router flavour <c>traditional</c> still does.</summary>
    V1,
}
