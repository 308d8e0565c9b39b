using System.Diagnostics;
using System.Net;
using Gibbon.Pdk.Entities;
using Gibbon.Proxy.Streams;
using Gibbon.Routing;
using Gibbon.Snapshots;

namespace Gibbon.Proxy.Exchanges;

/// <content>What is different for a TCP, TLS or UDP session.</content>
internal sealed partial class Exchange
{
    /// <summary>Takes up a session.</summary>
    public void BeginStream(StreamSession session, Snapshot snapshot)
    {
        Begin(session, snapshot);
        Follow(snapshot.StreamPlugins.Global);
    }

    /// <summary>Asks the router for a session's route. False when no route matches.</summary>
    public bool FindStreamRoute(RouteProtocol protocol)
    {
        var request = new RouteRequest
        {
            Protocol = protocol,
            Sni = SniBytes(),
            SourceAddress = NetworkAddress.From(ClientAddress),
            SourcePort = ClientPort,
            DestinationAddress = (Downstream.LocalEndPoint as IPEndPoint)?.Address is { } local ? NetworkAddress.From(local) : default,
            DestinationPort = HostPort,
        };
        return Snapshot.Router.MatchStream(in request, ref _match);
    }

    /// <summary>The route is known. A route that preserves the host keeps the server name towards the service.</summary>
    public void MatchedStream(Route route, CompiledService? service)
    {
        Route = route;
        Call.Begin(service, service is null ? null : Snapshot.FindBalancer(service.Service.Host));
        Follow(Snapshot.StreamPlugins.Find(_match.Traits.Id, service?.Service.Id));
        if (route.PreserveHost && !SniBytes().IsEmpty)
        {
            Downstream.Request.SetAuthority(SniBytes());
        }
    }

    /// <summary>The last byte has gone.</summary>
    public void StreamEnded()
    {
        Times.BodyEnded = Stopwatch.GetTimestamp();
        if (!IsProxied)
        {
            Times.HeadReceived = Times.BodyEnded;
        }
    }
}
