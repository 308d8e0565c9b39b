using System.Net;
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
        ValueTask<Pick> picking = _picker.PickAsync(new EndPoints("127.0.0.9", 81), null);

        Assert.True(picking.IsCompletedSuccessfully);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("127.0.0.9"), 81), (await picking).Destination.EndPoint);
    }

    [Fact]
    public async Task A_name_goes_to_its_address()
    {
        Pick pick = await _picker.PickAsync(new EndPoints("localhost", 82), null);

        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 82), pick.Destination.EndPoint);
        Assert.Equal("localhost", pick.Destination.Peer.Host);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_503_in_Kongs_words()
    {
        await using var server = ScriptedNameServer.Start();
        DestinationPicker picker = new(new Resolver(new ResolverSettings { Servers = [server.EndPoint] }, TimeProvider.System));

        Pick pick = await picker.PickAsync(new EndPoints("no-such-name.invalid", 80), null);

        Assert.Equal(503, pick.Error.Status);
        Assert.Equal("name resolution failed", pick.Error.Message);
    }

    [Fact]
    public async Task An_upstream_without_targets_is_503_in_Kongs_words()
    {
        Pick pick = await _picker.PickAsync(null, new Balancer(new Upstream { Name = "u" }, [], new BalancerState()));

        Assert.Equal(503, pick.Error.Status);
        Assert.Equal("failure to get a peer from the ring-balancer", pick.Error.Message);
    }

    [Fact]
    public async Task Targets_take_turns_and_bring_the_upstreams_host_header()
    {
        Upstream upstream = new() { Name = "u", HostHeader = "own.test" };
        Target[] targets = [Target(upstream, "127.0.0.1:1001"), Target(upstream, "[0000:0000:0000:0000:0000:0000:0000:0001]:1002")];
        Balancer balancer = new(upstream, targets, new BalancerState());

        Pick[] picks = [await _picker.PickAsync(null, balancer), await _picker.PickAsync(null, balancer)];

        Assert.Equal([1001, 1002], picks.Select(static pick => pick.Destination.EndPoint.Port).Order());
        Assert.All(picks, static pick => Assert.Equal("own.test", pick.Destination.HostHeader));
    }

    [Theory]
    [InlineData("a.test", 80, 80, "a.test")]
    [InlineData("a.test", 8080, 80, "a.test:8080")]
    [InlineData("a.test", 443, 443, "a.test")]
    [InlineData("::1", 80, 80, "[::1]")]
    [InlineData("::1", 81, 80, "[::1]:81")]
    public void The_port_stands_in_Host_unless_it_is_the_protocols_own(string host, int port, int defaultPort, string expected) =>
        Assert.Equal(expected, System.Text.Encoding.ASCII.GetString(new EndPoints(host, port).Authority(defaultPort)));

    private static Target Target(Upstream upstream, string address) => new() { Id = Guid.NewGuid(), Upstream = upstream, Address = address };
}
