using Gibbon.Pdk.Entities;
using Gibbon.Routing.Flavors;

namespace Gibbon.Tests.Routing;

public sealed class PriorityTests
{
    private static readonly Dictionary<string, IReadOnlyList<string>> s_oneHeader = new() { ["x"] = ["1"] };

    // From the greatest to the least; recorded where two of them meet in the recorded scenarios.
    private static readonly Route[] s_descending =
    [
        new() { Paths = ["~/x"], RegexPriority = -1 },
        new() { Hosts = ["a.test"], Methods = ["GET"], Paths = ["/"], Headers = s_oneHeader },
        new() { Hosts = ["a.test"], Paths = ["~/x"] },
        new() { Hosts = ["a.test"], Paths = ["/foo"], Headers = s_oneHeader },
        new() { Hosts = ["a.test"], Paths = ["/foo/bar"] },
        new() { Hosts = ["a.test"], Paths = ["/foo"] },
        new() { Hosts = ["a.test"] },
        new() { Paths = ["~/x"], Methods = ["GET"] },
        new() { Paths = ["~/x"], RegexPriority = 10 },
        new() { Paths = ["~/x"] },
        new() { Paths = ["/foo"], Headers = s_oneHeader },
        new() { Paths = ["/foo"], Methods = ["GET"] },
        new() { Headers = s_oneHeader },
        new() { Paths = ["/foo/bar"] },
        new() { Paths = ["/foo"] },
        new() { Hosts = ["*.test"] },
    ];

    [Fact]
    public void Routes_of_fields_stand_in_the_recorded_order()
    {
        ulong[] priorities = [.. s_descending.Select(route => RoutePriority.OfHttp(route, route.Paths))];

        Assert.Equal(priorities.OrderDescending(), priorities);
        Assert.Equal(s_descending.Length, priorities.Distinct().Count());
    }

    [Fact]
    public void A_plain_host_outweighs_two_other_attributes()
    {
        ulong host = RoutePriority.OfHttp(new Route { Hosts = ["a.test"] }, null);
        ulong two = RoutePriority.OfHttp(new Route { Methods = ["GET"], Paths = ["/p"] }, ["/p"]);
        Assert.Equal((1UL << 60) | (1UL << 29), host);
        Assert.Equal((2UL << 29) | 2, two);
    }

    [Fact]
    public void A_stream_route_with_source_and_destination_weighs_as_much_as_one_with_a_server_name()
    {
        Route sni = new() { Protocols = [Protocol.Tls], Snis = ["a.test"] };
        Route both = new() { Protocols = [Protocol.Tcp], Sources = [new() { Ip = "10.0.0.0/8" }], Destinations = [new() { Ip = "10.0.0.1", Port = 5 }] };
        Assert.Equal(1UL << 61, RoutePriority.OfStream(sni));
        Assert.Equal((1UL << 61) | 0x1C, RoutePriority.OfStream(both));
    }
}
