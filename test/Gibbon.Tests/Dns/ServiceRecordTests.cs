using Gibbon.Dns;

namespace Gibbon.Tests.Dns;

public sealed class ServiceRecordTests
{
    [Fact]
    public async Task A_name_of_services_leads_to_the_address_and_port_of_one_of_them()
    {
        await using var server = Start(asked => asked.Reply().Service("web.test", 60, 10, 5, 8080, "host.test").Build());
        Resolver resolver = Resolver(server);

        Assert.Equal("127.0.0.1:8080", await PickAsync(resolver, "web.test", 80));
        Assert.True(resolver.PickAsync("web.test", 80).IsCompletedSuccessfully);
        SrvRecord record = Assert.Single((await resolver.ResolveAsync("web.test")).Services);
        Assert.Equal(new SrvRecord(10, 5, 8080, "host.test"), record);
    }

    [Fact]
    public async Task Services_take_turns_by_their_weights_and_only_those_of_the_lowest_priority()
    {
        await using var server = Start(asked => asked.Reply()
            .Service("web.test", 60, 20, 100, 9, "127.0.0.9")
            .Service("web.test", 60, 10, 20, 1, "127.0.0.1").Service("web.test", 60, 10, 5, 2, "127.0.0.2").Service("web.test", 60, 10, 0, 3, "127.0.0.3").Build());
        Resolver resolver = Resolver(server);

        List<string> picks = [];
        for (int i = 0; i < 26; i++) picks.Add(await PickAsync(resolver, "web.test", 80));

        Assert.Equal("127.0.0.1:1", picks[0]);
        Assert.Equal([20, 5, 1], picks.CountBy(static pick => pick).OrderBy(static pick => pick.Key).Select(static pick => pick.Value));
    }

    [Fact]
    public async Task A_service_without_a_port_keeps_the_one_that_was_asked_for()
    {
        await using var server = Start(asked => asked.Reply().Service("web.test", 60, 10, 5, 0, "127.0.0.1").Build());
        Resolver resolver = Resolver(server);

        Assert.Equal("127.0.0.1:81", await PickAsync(resolver, "web.test", 81));
        Assert.Equal("127.0.0.1:82", await PickAsync(resolver, "web.test", 82));
    }

    [Fact]
    public async Task A_service_that_is_nowhere_is_none()
    {
        await using var server = Start(asked => asked.Reply().Service("web.test", 60, 0, 0, 0, "").Build());

        Assert.Equal("dns server error: 3 name error", (await Resolver(server).ResolveAsync("web.test")).Error);
    }

    [Fact]
    public async Task A_service_record_that_names_its_own_host_gives_way_to_the_hosts_addresses()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Type == "SRV"
            ? asked.Reply().Service("pod.test", 60, 10, 5, 8080, "pod.test").Build()
            : asked.Addresses(60, "127.0.0.1"));

        Assert.Equal("127.0.0.1:80", await PickAsync(Resolver(server), "pod.test", 80));
    }

    [Fact]
    public async Task Services_that_name_each_other_lead_nowhere()
    {
        await using var server = ScriptedNameServer.Start(asked =>
            asked.Reply().Service(asked.Name, 60, 1, 1, 1, asked.Name == "a.test" ? "b.test" : "a.test").Build());
        Resolver resolver = Resolver(server);

        Assert.Equal("recursion detected", await PickAsync(resolver, "a.test", 80));
        Assert.Equal("recursion detected", await PickAsync(resolver, "a.test", 80));
    }

    private static async Task<string> PickAsync(Resolver resolver, string host, int port)
    {
        AddressPick pick = await resolver.PickAsync(host, port);
        return pick.EndPoint?.ToString() ?? pick.Failure!.Error!;
    }

    private static ScriptedNameServer Start(Func<Asked, byte[]> services) => ScriptedNameServer.Start(asked => asked switch
    {
        { Name: "web.test", Type: "SRV" } => services(asked),
        { Name: "host.test", Type: "A" } => asked.Addresses(60, "127.0.0.1"),
        _ => asked.Reply().Code(3).Build(),
    });

    private static Resolver Resolver(ScriptedNameServer server) => new(new ResolverSettings { Servers = [server.EndPoint] }, TimeProvider.System);
}
