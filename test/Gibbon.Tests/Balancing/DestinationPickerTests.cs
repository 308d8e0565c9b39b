using System.Net;
using System.Text;
using Gibbon.Balancing;
using Gibbon.Dns;
using Gibbon.Pdk.Entities;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.Balancing;

public sealed class DestinationPickerTests
{
    private readonly DestinationPicker _picker = new(new Resolver(new ResolverSettings(), TimeProvider.System));

    [Fact]
    public async Task An_address_needs_no_look_up()
    {
        ValueTask<Pick> picking = _picker.PickAsync(new EndPoints("127.0.0.9", 81), null, PickInput.None);

        Assert.True(picking.IsCompletedSuccessfully);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 81), (await picking).Destination.EndPoint);
    }

    [Fact]
    public async Task A_name_goes_to_its_address()
    {
        Pick pick = await _picker.PickAsync(new EndPoints("localhost", 82), null, PickInput.None);

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 82), pick.Destination.EndPoint);
        Assert.Equal("localhost", pick.Destination.Peer.Host);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_503_in_Kongs_words()
    {
        await using var server = ScriptedNameServer.Start();
        DestinationPicker picker = new(new Resolver(new ResolverSettings { Servers = [server.EndPoint] }, TimeProvider.System));

        Pick pick = await picker.PickAsync(new EndPoints("no-such-name.invalid", 80), null, PickInput.None);

        Assert.Equal(503, pick.Error.Status);
        Assert.Equal("name resolution failed", pick.Error.Message);
    }

    [Fact]
    public async Task An_upstream_without_targets_is_503_in_Kongs_words()
    {
        Pick pick = await _picker.PickAsync(null, BalancerScene.Of(BalancingAlgorithm.RoundRobin), PickInput.None);

        Assert.Equal(503, pick.Error.Status);
        Assert.Equal("failure to get a peer from the ring-balancer", pick.Error.Message);
    }

    [Fact]
    public async Task Targets_take_turns_and_bring_the_upstreams_host_header()
    {
        Upstream upstream = new() { Id = Guid.NewGuid(), Name = "u", HostHeader = "own.test" };
        Balancer balancer = BalancerScene.Of(upstream, TimeProvider.System, ("127.0.0.1:1001", 100), ("[0000:0000:0000:0000:0000:0000:0000:0001]:1002", 100));

        Pick[] picks = [await _picker.PickAsync(null, balancer, PickInput.None), await _picker.PickAsync(null, balancer, PickInput.None)];

        Assert.Equal([1001, 1002], picks.Select(static pick => pick.Destination.EndPoint.Port).Order());
        Assert.Equal(["own.test:1001", "own.test:1002"], picks.Select(static pick => Encoding.ASCII.GetString(pick.Destination.Peer.Authority(80))).Order());
    }

    [Theory]
    [InlineData("own.test:8080", "own.test:8080")]
    [InlineData("own.test:80", "own.test")]
    public async Task A_host_header_with_a_port_keeps_it(string header, string expected)
    {
        Upstream upstream = new() { Id = Guid.NewGuid(), Name = "u", HostHeader = header };

        Pick pick = await _picker.PickAsync(null, BalancerScene.Of(upstream, TimeProvider.System, ("127.0.0.1:1001", 100)), PickInput.None);

        Assert.Equal(expected, Encoding.ASCII.GetString(pick.Destination.Peer.Authority(80)));
    }

    [Fact]
    public async Task Targets_by_name_are_resolved_for_the_first_request_and_stand_for_each_of_their_addresses()
    {
        Balancer balancer = BalancerScene.Of(BalancingAlgorithm.RoundRobin, ("localhost:1001", 100), ("256.1.1.1.invalid:1002", 100));
        Assert.True(balancer.MustResolve);

        Pick pick = await _picker.PickAsync(null, balancer, PickInput.None);

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 1001), pick.Destination.EndPoint);
        Assert.Equal("localhost:1001", Encoding.ASCII.GetString(pick.Destination.Peer.Authority(80)));
        Assert.True((await _picker.PickAsync(null, balancer, PickInput.None)).Error.IsNone);
    }

    [Theory]
    [InlineData("a.test", 80, 80, "a.test")]
    [InlineData("a.test", 8080, 80, "a.test:8080")]
    [InlineData("a.test", 443, 443, "a.test")]
    [InlineData("::1", 80, 80, "[::1]")]
    [InlineData("::1", 81, 80, "[::1]:81")]
    public void The_port_stands_in_Host_unless_it_is_the_protocols_own(string host, int port, int defaultPort, string expected) =>
        Assert.Equal(expected, Encoding.ASCII.GetString(new EndPoints(host, port).Authority(defaultPort)));
}
