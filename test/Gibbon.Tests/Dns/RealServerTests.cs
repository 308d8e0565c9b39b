using Gibbon.Dns;

namespace Gibbon.Tests.Dns;

/// <summary>The resolver and a name server that others have written.</summary>
public sealed class RealServerTests
{
    [Fact]
    public async Task A_real_server_is_understood()
    {
        string[] many = [.. Enumerable.Range(1, 100).Select(static i => $"--host-record=many.test,127.0.3.{i}")];
        await using var server = await Dnsmasq.StartAsync(
            [
                "--host-record=one.test,127.0.2.1,::2,77",
                "--cname=www.test,one.test,55",
                "--srv-host=_web._tcp.test,one.test,8080,5,10",
                "--srv-host=_web._tcp.test,other.test,9090,6,10",
                "--local-ttl=33",
                .. many,
            ]);
        Resolver resolver = new(new ResolverSettings { Servers = [server.EndPoint] }, TimeProvider.System);

        Resolution one = await resolver.ResolveAsync("One.Test");
        Resolution alias = await resolver.ResolveAsync("www.test");
        Resolution services = await resolver.ResolveAsync("_web._tcp.test");
        Resolution long200 = await resolver.ResolveAsync("many.test");

        Assert.Equal(["127.0.2.1"], one.Addresses.Select(static address => address.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(77), one.TimeToLive);
        Assert.Equal(["127.0.2.1"], alias.Addresses.Select(static address => address.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(55), alias.TimeToLive);
        Assert.Equal([new SrvRecord(5, 10, 8080, "one.test"), new SrvRecord(6, 10, 9090, "other.test")], services.Services.OrderBy(static service => service.Priority));
        Assert.Equal("127.0.2.1:8080", (await resolver.PickAsync("_web._tcp.test", 80)).EndPoint!.ToString());
        Assert.Equal(100, long200.Addresses.Distinct().Count());
        Assert.Equal("dns server error: 3 name error", (await resolver.ResolveAsync("none.test")).Error);
        Assert.Equal("dns server error: 5 refused", (await resolver.ResolveAsync("elsewhere.example")).Error);
    }

    [Fact]
    public async Task IPv6_comes_first_where_the_order_says_so()
    {
        await using var server = await Dnsmasq.StartAsync("--host-record=one.test,127.0.2.1,::2,77");
        Resolver resolver = new(new ResolverSettings { Servers = [server.EndPoint], Order = [RecordType.Aaaa, RecordType.A] }, TimeProvider.System);

        Assert.Equal("[::2]:80", (await resolver.PickAsync("one.test", 80)).EndPoint!.ToString());
    }
}
