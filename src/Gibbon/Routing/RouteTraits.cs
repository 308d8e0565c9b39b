using Gibbon.Pdk.Entities;

namespace Gibbon.Routing;

/// <summary>
/// What every request asks of its route. It lies in the candidate that was found, since of many routes the entity is in no cache: a request of which
/// no plugin asks for the route does without.
/// </summary>
internal readonly struct RouteTraits
{
    private readonly Guid _service;
    private readonly bool _hasService;

    public RouteTraits(Route route)
    {
        Id = route.Id;
        (_hasService, _service) = (route.Service is not null, route.Service?.Id ?? Guid.Empty);
        (StripPath, PreserveHost, RequestBuffering) = (route.StripPath, route.PreserveHost, route.RequestBuffering);
        TakesGrpc = route.Protocols.Contains(Protocol.Grpc);
        IsForGrpc = TakesGrpc || route.Protocols.Contains(Protocol.Grpcs);
        WantsTls = route.Protocols.Contains(Protocol.Https) && !route.Protocols.Contains(Protocol.Http);
    }

    /// <summary>The route's id.</summary>
    public Guid Id { get; }

    /// <summary>The id of the service; null for a route without one.</summary>
    public Guid? Service => _hasService ? _service : null;

    /// <summary><see cref="Route.StripPath"/>.</summary>
    public bool StripPath { get; }

    /// <summary><see cref="Route.PreserveHost"/>.</summary>
    public bool PreserveHost { get; }

    /// <summary><see cref="Route.RequestBuffering"/>.</summary>
    public bool RequestBuffering { get; }

    /// <summary>Whether its requests are calls of gRPC, in clear or over TLS.</summary>
    public bool IsForGrpc { get; }

    /// <summary>Whether calls of gRPC may come in clear.</summary>
    public bool TakesGrpc { get; }

    /// <summary>Whether requests must come over TLS.</summary>
    public bool WantsTls { get; }
}
