using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Testing;
using Gibbon.Tests.Storage;

namespace Gibbon.Tests.Clustering;

public sealed class ControlPlaneTests
{
    private static readonly string[] OfTheMoment = ["id", "created_at", "updated_at", "service", "consumer", "upstream", "value"];

    [Fact]
    public async Task What_is_pushed_has_the_shape_that_Kong_pushes_and_its_hashes()
    {
        await using TestGateway gateway = await ClusterScene.ControlPlaneAsync();
        await RecordedControlPlaneTests.FillAsync(gateway);
        await using WireTap tap = await ClusterScene.JoinAsync(gateway.ClusterPort, Guid.NewGuid());
        JsonNode message = Pushes.Read((await tap.ReadFrameAsync("binary")).Payload);
        JsonNode recorded = RecordedData.Read("recorded/hybrid/v1-reconfigure-verbatim.json")["message"]!["config_table"]!;

        JsonNode table = message["config_table"]!;
        foreach (var (kind, expected) in recorded.AsObject())
        {
            if (expected is not JsonArray list)
            {
                Assert.True(JsonNode.DeepEquals(expected, table[kind]), kind);
                continue;
            }

            JsonObject entity = Assert.Single(table[kind]!.AsArray())!.AsObject();
            Assert.Equal(list[0]!.AsObject().Select(static pair => pair.Key).Order(), entity.Select(static pair => pair.Key).Order());
            foreach (var (name, value) in list[0]!.AsObject().Where(static pair => !OfTheMoment.Contains(pair.Key) && pair.Key != "retries"))
            {
                Assert.True(JsonNode.DeepEquals(value, entity[name]), $"{kind}.{name}: {value?.ToJsonString()} or {entity[name]?.ToJsonString()}");
            }
        }

        Assert.True(ValueJson.TryRead(Encoding.UTF8.GetBytes(table.ToJsonString()), out object? values, out _));
        ConfigurationHashes hashes = ConfigurationHash.OfTable((ValueMap)values!);
        Assert.Equal((hashes.Configuration, hashes.Routes), ((string)message["config_hash"]!, (string)message["hashes"]!["routes"]!));
        Assert.Equal(hashes.Configuration, (string)message["hashes"]!["config"]!);
    }

    [Fact]
    public async Task What_is_disabled_is_not_pushed_nor_what_belongs_to_it()
    {
        await using TestGateway gateway = await ClusterScene.ControlPlaneAsync();
        await ClusterScene.PostAsync(gateway, "/services", """{"name":"off","host":"127.0.0.1","enabled":false}""");
        await ClusterScene.PostAsync(gateway, "/services/off/routes", """{"name":"off","paths":["/off"]}""");
        await ClusterScene.PostAsync(gateway, "/routes/off/plugins", """{"name":"key-auth"}""");
        await ClusterScene.PostAsync(gateway, "/services", """{"name":"on","host":"127.0.0.1"}""");
        await ClusterScene.PostAsync(gateway, "/services/on/plugins", """{"name":"cors","enabled":false}""");

        await using WireTap tap = await ClusterScene.JoinAsync(gateway.ClusterPort, Guid.NewGuid());
        JsonNode table = Pushes.Read((await tap.ReadFrameAsync("binary")).Payload)["config_table"]!;

        Assert.Equal("on", (string)Assert.Single(table["services"]!.AsArray())!["name"]!);
        Assert.Null(table["routes"]);
        Assert.Null(table["plugins"]);
    }

    [Fact]
    public async Task Many_changes_at_once_make_few_pushes_and_the_last_one_has_them_all()
    {
        await using TestGateway gateway = await ClusterScene.ControlPlaneAsync(("db_update_frequency", "2"));
        await using WireTap tap = await ClusterScene.JoinAsync(gateway.ClusterPort, Guid.NewGuid());
        await tap.ReadFrameAsync("binary");
        for (int i = 0; i < 30; i++)
        {
            await ClusterScene.PostAsync(gateway, "/services", $$"""{"name":"s{{i}}","host":"127.0.0.1"}""");
        }

        int pushes = 0;
        int services;
        do
        {
            services = Pushes.Read((await tap.ReadFrameAsync("binary")).Payload)["config_table"]!["services"]!.AsArray().Count;
            pushes++;
        }
        while (services < 30);
        Assert.InRange(pushes, 1, 20);
    }

    [Fact]
    public async Task A_data_plane_of_ours_need_not_wait_for_one_of_Kongs()
    {
        await using TestGateway gateway = await ClusterScene.ControlPlaneAsync(("db_update_frequency", "3600"));
        await using WireTap kongs = await ClusterScene.JoinAsync(gateway.ClusterPort, Guid.NewGuid());
        await kongs.ReadFrameAsync("binary");
        await using TestGateway ours = await ClusterScene.DataPlaneAsync(gateway.ClusterPort);
        await ClusterScene.PostAsync(gateway, "/services", """{"name":"s","host":"127.0.0.1","port":1}""");
        for (int i = 0; i < 3; i++)
        {
            await ClusterScene.PostAsync(gateway, "/services/s/routes", $$"""{"paths":["/r{{i}}"]}""");
            await DataPlaneTests.ServesAsync(ours, $"/r{i}", HttpStatusCode.BadGateway);
        }

        // The first change was pushed to both; of the others the second hears in an hour.
        JsonNode table = Pushes.Read((await kongs.ReadFrameAsync("binary")).Payload)["config_table"]!;
        Assert.Single(table["services"]!.AsArray());
        await kongs.SendAsync("ping", new string('0', 32));
        Assert.Equal("pong", (await kongs.ReadFrameAsync())!.Name);
    }

    [Fact]
    public async Task A_change_that_takes_back_another_is_not_pushed_again()
    {
        await using TestGateway gateway = await ClusterScene.ControlPlaneAsync();
        await using WireTap tap = await ClusterScene.JoinAsync(gateway.ClusterPort, Guid.NewGuid());
        string hash = (string)Pushes.Read((await tap.ReadFrameAsync("binary")).Payload)["config_hash"]!;
        JsonNode service = await ClusterScene.PostAsync(gateway, "/services", """{"name":"s","host":"127.0.0.1"}""");
        Assert.NotEqual(hash, (string)Pushes.Read((await tap.ReadFrameAsync("binary")).Payload)["config_hash"]!);

        (await gateway.Admin.DeleteAsync($"/services/{service["id"]}")).EnsureSuccessStatusCode();

        Assert.Equal(hash, (string)Pushes.Read((await tap.ReadFrameAsync("binary")).Payload)["config_hash"]!);
    }

    [Fact]
    public async Task An_older_data_plane_gets_what_it_knows_and_the_log_says_what_it_does_not()
    {
        await using TestGateway gateway = await ClusterScene.ControlPlaneAsync();
        await RecordedControlPlaneTests.FillAsync(gateway);
        await using WireTap current = await ClusterScene.JoinAsync(gateway.ClusterPort, Guid.NewGuid());
        await using WireTap old = await ClusterScene.JoinAsync(gateway.ClusterPort, Guid.NewGuid(), "3.0.0");
        JsonNode whole = Pushes.Read((await current.ReadFrameAsync("binary")).Payload);
        JsonNode reduced = Pushes.Read((await old.ReadFrameAsync("binary")).Payload);

        Assert.Equal((string)whole["config_hash"]!, (string)reduced["config_hash"]!);
        foreach (string gone in new[]
        {
            "consumers.updated_at", "upstreams.use_srv_name", "upstreams.updated_at", "targets.updated_at", "plugins.updated_at",
            "workspaces.updated_at", "plugins.instance_name",
        })
        {
            string[] path = gone.Split('.');
            Assert.True(whole["config_table"]![path[0]]![0]!.AsObject().Remove(path[1]), gone);
        }

        Assert.True(whole["config_table"]!["plugins"]![0]!["config"]!.AsObject().Remove("realm"));
        Assert.True(JsonNode.DeepEquals(whole["config_table"], reduced["config_table"]));
        string[] told =
        [
            "[clustering] key_auth plugin contains configuration 'realm' which is incompatible with dataplane and will be ignored [id: ",
            "[clustering] Kong Gateway v3.9.1 contains configuration 'plugin.instance_name' which is incompatible with dataplane version 3.0.0 and will be removed. [id: ",
        ];
        await ClusterScene.Eventually(
            () => Task.FromResult(Array.TrueForAll(told, line => gateway.ErrorLog.Contains(line, StringComparison.Ordinal))),
            "what was left out in the log");
    }

    [Fact]
    public async Task What_Kong_does_not_know_goes_to_data_planes_of_ours_only()
    {
        await using TestGateway gateway = await ClusterScene.ControlPlaneAsync();
        await ClusterScene.PostAsync(gateway, "/services", """{"name":"s","host":"127.0.0.1"}""");
        await ClusterScene.PostAsync(gateway, "/consumer_groups", """{"name":"gold"}""");
        await ClusterScene.PostAsync(gateway, "/consumer_groups/gold/plugins", """{"name":"request-transformer"}""");
        await ClusterScene.PostAsync(gateway, "/upstreams", """{"name":"sticky","algorithm":"sticky-sessions","hash_on":"none","sticky_sessions_cookie":"c"}""");

        await using WireTap kongs = await ClusterScene.JoinAsync(gateway.ClusterPort, Guid.NewGuid());
        JsonNode info = JsonNode.Parse(ClusterScene.BasicInfo())!;
        info["gibbon"] = new JsonObject();
        await using WireTap ours = await ClusterScene.JoinAsync(gateway.ClusterPort, Guid.NewGuid(), info: info.ToJsonString());
        JsonNode forKong = Pushes.Read((await kongs.ReadFrameAsync("binary")).Payload);
        JsonNode mark = Pushes.Read((await ours.ReadFrameAsync("binary")).Payload);
        JsonNode forUs = Pushes.Read((await ours.ReadFrameAsync("binary")).Payload);

        Assert.Equal("gibbon", (string)mark["type"]!);
        Assert.Equal((string)forKong["config_hash"]!, (string)forUs["config_hash"]!);
        Assert.Equal("gold", (string)forUs["config_table"]!["consumer_groups"]![0]!["name"]!);
        Assert.Equal("c", (string)forUs["config_table"]!["upstreams"]![0]!["sticky_sessions_cookie"]!);
        Assert.Single(forUs["config_table"]!["plugins"]!.AsArray());
        Assert.Null(forKong["config_table"]!["consumer_groups"]);
        Assert.Null(forKong["config_table"]!["plugins"]);
        Assert.Equal("round-robin", (string)forKong["config_table"]!["upstreams"]![0]!["algorithm"]!);
        Assert.False(forKong["config_table"]!["upstreams"]![0]!.AsObject().ContainsKey("sticky_sessions_cookie"));
    }

    [Theory]
    [InlineData("unmasked")]
    [InlineData("reserved bit")]
    [InlineData("unknown opcode")]
    [InlineData("too large")]
    [InlineData("half a frame")]
    public async Task Garbage_ends_one_connection_and_no_other(string garbage)
    {
        await using TestGateway gateway = await ClusterScene.ControlPlaneAsync();
        await using WireTap good = await ClusterScene.JoinAsync(gateway.ClusterPort, Guid.NewGuid());
        await good.ReadFrameAsync("binary");
        WireTap bad = await ClusterScene.JoinAsync(gateway.ClusterPort, Guid.NewGuid());
        await bad.ReadFrameAsync("binary");

        await (garbage switch
        {
            "unmasked" => bad.SendAsync("ping", new byte[32], masked: false),
            "reserved bit" => bad.WriteAsync([0xc9, 0x80, 0, 0, 0, 0]),
            "unknown opcode" => bad.SendAsync("other"),
            "too large" => bad.WriteAsync([0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0]),
            _ => bad.WriteAsync([0x89, 0xa0, 0]),
        });
        if (garbage == "half a frame")
        {
            await bad.DisposeAsync();
        }
        else
        {
            await bad.ReadFrameAsync("close");
            Assert.Null(await bad.ReadFrameAsync());
        }

        await good.SendAsync("ping", new string('e', 32));
        await good.ReadFrameAsync("pong");
        await ClusterScene.PostAsync(gateway, "/services", """{"name":"s","host":"127.0.0.1"}""");
        Assert.Equal("reconfigure", (string)Pushes.Read((await good.ReadFrameAsync("binary")).Payload)["type"]!);
    }

    [Fact]
    public async Task A_data_plane_that_does_not_read_holds_nobody_up()
    {
        await using TestGateway gateway = await ClusterScene.ControlPlaneAsync();
        string large = new('x', 2_000_000);
        await ClusterScene.PostAsync(gateway, "/plugins", new JsonObject
        {
            ["name"] = "request-termination",
            ["config"] = new JsonObject { ["body"] = large[..100_000] + Guid.NewGuid() },
        }.ToJsonString());
        await using WireTap slow = await ClusterScene.JoinAsync(gateway.ClusterPort, Guid.NewGuid());
        await using WireTap quick = await ClusterScene.JoinAsync(gateway.ClusterPort, Guid.NewGuid());
        await quick.ReadFrameAsync("binary");

        for (int i = 0; i < 20; i++)
        {
            await ClusterScene.PostAsync(gateway, "/services", $$"""{"name":"s{{i}}","host":"127.0.0.1"}""");
            while ((Pushes.Read((await quick.ReadFrameAsync("binary")).Payload)["config_table"]!["services"]?.AsArray().Count ?? 0) <= i)
            {
            }
        }

        // It finds the newest when it reads at last, and need not have had all of them.
        while ((Pushes.Read((await slow.ReadFrameAsync("binary")).Payload)["config_table"]!["services"]?.AsArray().Count ?? 0) < 20)
        {
        }
    }

    [Fact]
    public async Task Other_nodes_are_no_control_planes()
    {
        await using TestGateway gateway = await TestGateway.StartAsync("_format_version: '3.0'");
        foreach (string path in new[] { "/clustering/data-planes", "/clustering/status" })
        {
            HttpResponseMessage answer = await gateway.Admin.GetAsync(path);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }
}
