using Gibbon.Routing.Index;

namespace Gibbon.Routing;

/// <summary>One index for HTTP, one for each kind of stream.</summary>
internal sealed record RouteSpaces(RouteIndex Http, RouteIndex Tcp, RouteIndex Tls, RouteIndex Udp)
{
    public static RouteSpaces Empty { get; } = new(RouteIndex.Empty, RouteIndex.Empty, RouteIndex.Empty, RouteIndex.Empty);

    /// <summary>The index that serves a protocol.</summary>
    public RouteIndex this[RouteProtocol protocol] => protocol switch
    {
        RouteProtocol.Tcp => Tcp,
        RouteProtocol.Tls => Tls,
        RouteProtocol.Udp => Udp,
        _ => Http,
    };

    /// <summary>The same spaces but for one.</summary>
    public RouteSpaces With(RouteProtocol protocol, RouteIndex index) => protocol switch
    {
        RouteProtocol.Tcp => this with { Tcp = index },
        RouteProtocol.Tls => this with { Tls = index },
        RouteProtocol.Udp => this with { Udp = index },
        _ => this with { Http = index },
    };
}
