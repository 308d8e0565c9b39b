using Gibbon.Pdk.Entities;
using Gibbon.Routing;
using Gibbon.Settings;

namespace Gibbon.Tests.Routing;

public sealed class StreamRoutingTests
{
    private static readonly Route[] s_routes =
    [
        new() { Name = "port", Protocols = [Protocol.Tcp], Destinations = [new() { Port = 9000 }] },
        new() { Name = "address", Protocols = [Protocol.Tcp], Destinations = [new() { Ip = "10.0.0.1" }] },
        new() { Name = "range", Protocols = [Protocol.Tcp, Protocol.Udp], Sources = [new() { Ip = "192.168.7.9/16" }] },
        new() { Name = "both", Protocols = [Protocol.Tcp], Sources = [new() { Ip = "192.168.0.0/16" }], Destinations = [new() { Port = 9000 }] },
        new() { Name = "sni", Protocols = [Protocol.Tls], Snis = ["*.a.test", "b.test."] },
        new() { Name = "http", Paths = ["/"] },
    ];

    [Theory]
    [InlineData("Tcp", "1.1.1.1", "10.0.0.9", 9000, "", "port")]
    [InlineData("Tls", "1.1.1.1", "10.0.0.9", 1, "x.a.test", "sni")]
    [InlineData("Tls", "1.1.1.1", "10.0.0.9", 1, "b.test", "sni")]
    [InlineData("Tls", "1.1.1.1", "10.0.0.9", 9000, "c.test", null)]
    [InlineData("Tls", "1.1.1.1", "10.0.0.9", 1, "c.test", null)]
    public void Sessions_find_their_route(string protocolName, string source, string destination, int port, string sni, string? expected)
    {
        RouteProtocol protocol = Enum.Parse<RouteProtocol>(protocolName);
        Router router = Router.Create(RouterFlavor.TraditionalCompatible, s_routes.Where(route => protocol == RouteProtocol.Tls || route.Name != "sni").Select(Entry));
        Assert.Equal(expected, Session(protocol, source, destination, port, sni).NameIn(router));
    }

    [Theory]
    [InlineData("1.1.1.1", "10.0.0.1", 9000, "address")]
    [InlineData("192.168.1.1", "10.0.0.9", 9000, "both")]
    [InlineData("192.168.1.1", "10.0.0.9", 1, "range")]
    [InlineData("1.1.1.1", "10.0.0.9", 1, null)]
    public void Addresses_go_before_ports_and_ports_before_ranges(string source, string destination, int port, string? expected)
    {
        Router router = Router.Create(RouterFlavor.TraditionalCompatible, s_routes.Where(route => route.Name != "sni").Select(Entry));
        Assert.Equal(expected, Session(RouteProtocol.Tcp, source, destination, port, "").NameIn(router));
    }

    [Theory]
    [InlineData("TraditionalCompatible")]
    [InlineData("Traditional")]
    public void A_route_of_TLS_takes_no_session_without(string flavour)
    {
        Router router = Router.Create(Enum.Parse<RouterFlavor>(flavour), s_routes.Select(Entry));
        Assert.Equal("port", Session(RouteProtocol.Tcp, "1.1.1.1", "10.0.0.9", 9000, "").NameIn(router));
        Assert.Null(Session(RouteProtocol.Udp, "1.1.1.1", "10.0.0.9", 9000, "").NameIn(router));
        Assert.Null(Session(RouteProtocol.Tls, "1.1.1.1", "10.0.0.9", 9000, "").NameIn(router));
    }

    [Fact]
    public void In_the_expressions_flavour_a_stream_routes_protocols_count()
    {
        Router router = Router.Create(
            RouterFlavor.Expressions,
            [
                Entry(new Route { Name = "udp", Protocols = [Protocol.Udp], Expression = "net.dst.port == 53" }),
                Entry(new Route { Name = "tls", Protocols = [Protocol.Tls], Expression = "tls.sni == \"a.test\"" }),
            ]);
        Assert.Equal("udp", Session(RouteProtocol.Udp, "1.1.1.1", "2.2.2.2", 53, "").NameIn(router));
        Assert.Null(Session(RouteProtocol.Tcp, "1.1.1.1", "2.2.2.2", 53, "").NameIn(router));
        Assert.Equal("tls", Session(RouteProtocol.Tls, "1.1.1.1", "2.2.2.2", 53, "a.test").NameIn(router));
    }

    private static RequestSample Session(RouteProtocol protocol, string source, string destination, int port, string sni) => new()
    {
        Protocol = protocol, Host = "", Method = "", Target = "", Source = source, Destination = destination, DestinationPort = port, Sni = sni,
    };

    private static Route Entry(Route route) => route with { Id = Guid.NewGuid() };
}
