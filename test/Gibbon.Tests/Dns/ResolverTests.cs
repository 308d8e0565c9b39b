using System.Net;
using Gibbon.Dns;
using Gibbon.Tests.PluginRuntime;

namespace Gibbon.Tests.Dns;

public sealed class ResolverTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void An_address_is_its_own_answer_at_once()
    {
        ValueTask<Resolution> resolving = new Resolver(new ResolverSettings(), _time).ResolveAsync("::1");

        Assert.True(resolving.IsCompletedSuccessfully);
        Assert.Equal([IPAddress.IPv6Loopback], resolving.Result.Addresses);
    }

    [Theory]
    [InlineData("127.1", "dns client error: 102 invalid name, bad IPv4")]
    [InlineData("1.2.3.256", "dns client error: 102 invalid name, bad IPv4")]
    [InlineData("012.1.1.1", "dns client error: 102 invalid name, bad IPv4")]
    [InlineData("some::thing", "dns client error: 103 invalid name, bad IPv6")]
    public async Task What_looks_like_an_address_and_is_none_is_asked_of_nobody(string host, string error)
    {
        await using var server = ScriptedNameServer.Start();

        Assert.Equal(error, (await Resolver(server).ResolveAsync(host)).Error);
        Assert.Empty(server.Questions);
    }

    [Fact]
    public async Task Localhost_is_known_without_a_server_and_a_hosts_file_wins_over_servers()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Addresses(60, "127.0.0.9"));
        Resolver resolver = Resolver(server, settings => settings with { Hosts = HostsFile.Parse("127.0.0.7 Own.Test alias # x\n::7 own.test\n127.0.0.8 own.test") });

        Assert.Equal([IPAddress.Loopback], (await resolver.ResolveAsync("localhost")).Addresses);
        Assert.Equal([IPAddress.Parse("127.0.0.7")], (await resolver.ResolveAsync("own.test")).Addresses);
        Assert.Equal([IPAddress.Parse("127.0.0.7")], (await resolver.ResolveAsync("ALIAS")).Addresses);
        Assert.Empty(server.Questions);
    }

    [Fact]
    public async Task The_family_that_comes_first_in_the_order_is_taken_from_the_hosts_file()
    {
        Resolver resolver = new(new ResolverSettings { Order = [null, RecordType.Aaaa, RecordType.A] }, _time);

        Assert.Equal([IPAddress.IPv6Loopback], (await resolver.ResolveAsync("localhost")).Addresses);
    }

    [Fact]
    public async Task Addresses_are_asked_for_in_the_order_of_the_settings_and_take_turns_from_the_first()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Addresses(60, "127.0.0.1", "127.0.0.2", "127.0.0.3"));
        Resolver resolver = Resolver(server);

        var picks = new string[4];
        for (int i = 0; i < 4; i++) picks[i] = (await resolver.PickAsync("a.test", 80)).EndPoint!.ToString();

        Assert.Equal(["127.0.0.1:80", "127.0.0.2:80", "127.0.0.3:80", "127.0.0.1:80"], picks);
        Assert.Equal(["a.test SRV", "a.test A"], server.Asked());
    }

    [Fact]
    public async Task An_alias_in_the_answer_is_followed_and_the_least_time_counts()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Type != "A" ? asked.Reply().Build() : asked.Reply()
            .Address("end.test", 30, "127.0.0.4").Alias("www.test", 300, "mid.test").Alias("mid.test", 20, "end.test").Build());

        Resolution resolution = await Resolver(server).ResolveAsync("www.test");

        Assert.Equal([IPAddress.Parse("127.0.0.4")], resolution.Addresses);
        Assert.Equal(TimeSpan.FromSeconds(20), resolution.TimeToLive);
    }

    [Fact]
    public async Task An_alias_without_its_addresses_is_asked_for_in_turn()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Name == "www.test"
            ? asked.Reply().Alias("www.test", 300, "end.test").Build()
            : asked.Addresses(60, "127.0.0.4"));

        Assert.Equal([IPAddress.Parse("127.0.0.4")], (await Resolver(server).ResolveAsync("www.test")).Addresses);
    }

    [Fact]
    public async Task A_server_that_tells_of_an_alias_only_when_asked_for_it_is_understood()
    {
        await using var server = ScriptedNameServer.Start(asked => (asked.Name, asked.Type) switch
        {
            ("www.test", "CNAME") => asked.Reply().Alias("www.test", 300, "end.test").Build(),
            ("end.test", "A") => asked.Addresses(60, "127.0.0.4"),
            _ => asked.Reply().Build(),
        });

        Assert.Equal([IPAddress.Parse("127.0.0.4")], (await Resolver(server).ResolveAsync("www.test")).Addresses);
    }

    [Fact]
    public async Task Names_with_few_dots_are_tried_with_the_search_domains_first_and_others_as_they_are()
    {
        await using var server = ScriptedNameServer.Start(asked => asked is { Name: "a.two.test" or "a.b", Type: "A" }
            ? asked.Addresses(60, "127.0.0.1")
            : asked.Reply().Code(3).Build());
        Resolver resolver = Resolver(server, settings => settings with { Search = ["one.test", "two.test"], Order = [RecordType.A] });

        Assert.Null((await resolver.ResolveAsync("a")).Error);
        Assert.Null((await resolver.ResolveAsync("a.b")).Error);
        Assert.NotNull((await resolver.ResolveAsync("x.y")).Error);
        Assert.NotNull((await resolver.ResolveAsync("z.")).Error);

        Assert.Equal(["a.one.test A", "a.two.test A", "a.b A", "x.y A", "x.y.one.test A", "x.y.two.test A", "z A"], server.Asked());
    }

    [Theory]
    [InlineData(3, "dns server error: 3 name error", true)]
    [InlineData(0, "dns client error: 101 empty record received", true)]
    [InlineData(2, "dns server error: 2 server failure", false)]
    [InlineData(5, "dns server error: 5 refused", false)]
    public async Task What_a_server_says_instead_of_an_address_is_told_in_Kongs_words(int code, string error, bool unknown)
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Reply().Code(code).Build());

        Resolution resolution = await Resolver(server).ResolveAsync("a.test");

        Assert.Equal(error, resolution.Error);
        Assert.Equal(unknown, resolution.NameUnknown);
        Assert.Equal($"[\"a.test:SRV - {error}\",\"a.test:A - {error}\",\"a.test:CNAME - {error}\"]", resolution.Tried);
    }

    [Fact]
    public async Task Without_servers_names_cannot_be_known()
    {
        Resolution resolution = await new Resolver(new ResolverSettings(), _time).ResolveAsync("a.test");

        Assert.Equal("failed to create a resolver: no nameservers specified", resolution.Error);
        Assert.False(resolution.NameUnknown);
    }

    [Theory]
    [InlineData("a..test")]
    [InlineData("a b.test")]
    [InlineData("größe.test")]
    public async Task A_name_that_no_host_can_have_is_asked_of_nobody(string host)
    {
        await using var server = ScriptedNameServer.Start();

        Assert.Equal("bad name", (await Resolver(server).ResolveAsync(host)).Error);
        Assert.Empty(server.Questions);
    }

    [Fact]
    public void What_is_remembered_costs_nothing()
    {
        Resolver resolver = new(new ResolverSettings { Hosts = HostsFile.Parse("127.0.0.7 own.test") }, TimeProvider.System);
        Assert.NotNull(resolver.PickAsync("own.test", 80).AsTask().GetAwaiter().GetResult().EndPoint);
        Assert.NotNull(resolver.PickAsync("own.test", 80).Result.EndPoint);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Assert.True(resolver.PickAsync("own.test", 80).IsCompletedSuccessfully);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private Resolver Resolver(ScriptedNameServer server, Func<ResolverSettings, ResolverSettings>? change = null)
    {
        ResolverSettings settings = new() { Servers = [server.EndPoint] };
        return new Resolver(change is null ? settings : change(settings), _time);
    }
}
