using Gibbon.Dns;
using Gibbon.Tests.PluginRuntime;

namespace Gibbon.Tests.Dns;

/// <summary>What <c>new_dns_client = on</c> changes.</summary>
public sealed class NewClientTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task IPv4_is_asked_for_before_IPv6_and_services_only_under_their_own_names()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Type == "SRV"
            ? asked.Reply().Service(asked.Name, 60, 1, 1, 8080, "host.test").Build()
            : asked.Addresses(60, "::1"));
        Resolver resolver = Resolver(server);

        Assert.Equal("[::1]:80", (await resolver.PickAsync("a.test", 80)).EndPoint!.ToString());
        Assert.Equal("[::1]:8080", (await resolver.PickAsync("_web._tcp.test", 80)).EndPoint!.ToString());
        Assert.Equal(["a.test A", "a.test AAAA", "_web._tcp.test SRV", "host.test A", "host.test AAAA"], server.Asked());
    }

    [Fact]
    public async Task Counters_tell_where_answers_came_from_and_what_the_servers_said()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Name == "gone.test" ? asked.Reply().Code(3).Build() : asked.Addresses(60, "127.0.0.1"));
        Resolver resolver = Resolver(server, RecordType.A);
        await resolver.ResolveAsync("a.test");
        await resolver.PickAsync("a.test", 80);
        await resolver.ResolveAsync("A.test");
        await resolver.ResolveAsync("gone.test");

        var counters = resolver.Statistics!.ToDictionary();
        Assert.Equal([("hit_lru", 2), ("miss", 1), ("runs", 3)], Sorted("a.test:all"));
        Assert.Equal([("query", 1), ("query_last_time", counters["a.test|A"]["query_last_time"]), ("query_succ", 1)], Sorted("a.test|A"));
        Assert.Equal([("fail", 1), ("miss", 1), ("runs", 1)], Sorted("gone.test:all"));
        Assert.Equal(1, counters["gone.test|A"]["query_fail:name error"]);

        (string, long)[] Sorted(string name) => [.. counters[name].OrderBy(static count => count.Key, StringComparer.Ordinal).Select(static count => (count.Key, count.Value))];
    }

    [Fact]
    public async Task The_older_client_counts_nothing()
    {
        await using var server = ScriptedNameServer.Start();
        Resolver resolver = new(new ResolverSettings { Servers = [server.EndPoint], Order = [RecordType.A] }, _time);
        await resolver.ResolveAsync("a.test");

        Assert.Null(resolver.Statistics);
    }

    [Fact]
    public async Task Families_that_are_not_named_are_not_asked_for()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Addresses(60, "::1"));

        Assert.Equal("dns client error: 101 empty record received", (await Resolver(server, RecordType.A, RecordType.Srv).ResolveAsync("a.test")).Error);
        Assert.Equal(["a.test A"], server.Asked());
    }

    [Fact]
    public async Task A_name_with_dots_enough_is_asked_for_as_it_is_only()
    {
        await using var server = ScriptedNameServer.Start();
        Resolver resolver = Resolver(server, RecordType.A);

        await resolver.ResolveAsync("a.b");
        await resolver.ResolveAsync("c");

        Assert.Equal(["a.b A", "c.one.test A", "c A"], server.Asked());
    }

    [Fact]
    public async Task A_name_that_has_gone_is_served_stale_and_asked_for_again_a_minute_later()
    {
        bool gone = false;
        await using var server = ScriptedNameServer.Start(asked => gone ? asked.Reply().Code(3).Build() : asked.Addresses(5, "127.0.0.1"));
        Resolver resolver = Resolver(server, RecordType.A);
        await resolver.ResolveAsync("a.test");
        gone = true;

        _time.Advance(TimeSpan.FromSeconds(6));
        await Wait.UntilAsync(() => resolver.TryGetRemembered("a.test", out Resolution known) && known.Error is null && server.Questions.Count == 2);
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.Null((await resolver.ResolveAsync("a.test")).Error);
        Assert.Equal(2, server.Questions.Count);
        await Wait.UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(11));
            return resolver.TryGetRemembered("a.test", out _) && server.Questions.Count > 2;
        });
    }

    [Fact]
    public async Task When_nobody_answers_the_error_says_so_in_the_new_clients_words()
    {
        Resolver resolver = new(new ResolverSettings { NewClient = true, Order = [RecordType.A] }, _time);

        Assert.Equal("DNS server error: failed to create a resolver: no nameservers specified", (await resolver.ResolveAsync("a.test")).Error);
    }

    [Theory]
    [InlineData("_web._tcp.test", true)]
    [InlineData("_web._tcp.a.test", true)]
    [InlineData("_web._tcp", false)]
    [InlineData("_web.tcp.test", false)]
    [InlineData("web._tcp.test", false)]
    [InlineData("_._tcp.test", false)]
    [InlineData("a.test", false)]
    public void A_services_name_has_its_form(string name, bool service) => Assert.Equal(service, SearchList.IsService(name));

    private Resolver Resolver(ScriptedNameServer server, params RecordType[] types) => new(
        new ResolverSettings
        {
            NewClient = true,
            Servers = [server.EndPoint],
            Search = ["one.test"],
            Order = types.Length == 0 ? [RecordType.Srv, RecordType.Aaaa, RecordType.A] : [.. types],
        },
        _time);
}
