using Gibbon.Pdk.Entities;

namespace Gibbon.Pdk;

/// <summary>The route that matched. Kong's <c>kong.router</c>.</summary>
/// <param name="context">The request it is a part of.</param>
public abstract class MatchedRoute(RequestContext context) : RequestModule(context)
{
    const Phase Routed = Phase.Access | Phase.HeaderFilter | Phase.Response | Phase.BodyFilter | Phase.Log;

    /// <summary>The route; <c>null</c> if none matched.</summary>
    /// <exception cref="PhaseException">Too early.</exception>
    [Kong("kong.router.get_route"), Phases(Routed)]
    public Route? Route
    {
        get
        {
            Require(Routed);
            return RouteCore;
        }
    }

    /// <summary>The route's service; <c>null</c> if none matched or the route has none.</summary>
    /// <exception cref="PhaseException">Too early.</exception>
    [Kong("kong.router.get_service"), Phases(Routed)]
    public Service? Service
    {
        get
        {
            Require(Routed);
            return ServiceCore;
        }
    }

    /// <summary>See <see cref="Route"/>.</summary>
    protected abstract Route? RouteCore { get; }

    /// <summary>See <see cref="Service"/>.</summary>
    protected abstract Service? ServiceCore { get; }
}
