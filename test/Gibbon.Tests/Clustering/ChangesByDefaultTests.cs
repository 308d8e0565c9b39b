using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gibbon.Testing;
using Gibbon.Tests.Storage.Postgres;

namespace Gibbon.Tests.Clustering;

/// <summary>Two Gibbons without any setting for it: changes travel as changes, on the connection of the first protocol, and everything only when they do not fit.</summary>
public sealed class ChangesByDefaultTests
{
    [Fact]
    public async Task Of_many_routes_the_one_that_changes_is_all_that_travels()
    {
        using ClusterProcess control = ClusterProcess.ControlPlane();
        using ClusterProcess data = ClusterProcess.DataPlane(control.ClusterPort);
        string routes = string.Join(',', Enumerable.Range(0, 1000).Select(static i => $$"""{"name":"r{{i}}","paths":["/r{{i}}"]}"""));
        await control.PostAsync("/apply", $$"""{"_format_version":"3.0","services":[{"name":"s","host":"127.0.0.1","port":1,"routes":[{{routes}}]}]}""");
        await data.AnswersAsync("/r999", HttpStatusCode.BadGateway);
        await InStepAsync(control, data);
        byte[] whole = await File.ReadAllBytesAsync(Path.Combine(data.Prefix, "config.cache.json.gz"));
        string changes = Path.Combine(data.Prefix, "config.cache.changes");
        long before = File.Exists(changes) ? new FileInfo(changes).Length : 0;

        await control.PostAsync("/services/s/routes", """{"name":"new","paths":["/new"]}""");
        await data.AnswersAsync("/new", HttpStatusCode.BadGateway);

        JsonNode row = await InStepAsync(control, data);
        Assert.Equal("gibbon.sync.v1", (string)Assert.Single(row["rpc_capabilities"]!.AsArray())!);
        Assert.Equal("normal", (string)row["sync_status"]!);
        Assert.Equal(whole, await File.ReadAllBytesAsync(Path.Combine(data.Prefix, "config.cache.json.gz")));
        JsonNode kept = JsonNode.Parse((await File.ReadAllTextAsync(changes))[(int)before..].TrimEnd())!;
        JsonNode change = Assert.Single(kept["changes"]!.AsArray())!;
        Assert.Equal(("routes", "new"), ((string)change["type"]!, (string)change["entity"]!["name"]!));
        Assert.Equal((string)row["config_hash"]!, (string)kept["after"]!);
    }

    [Theory]
    [InlineData("off")]
    [InlineData("on")]
    public async Task A_control_plane_killed_in_the_midst_leaves_no_half_of_anything(string incremental)
    {
        (string, string)[] settings = [("KONG_CLUSTER_RPC", incremental), ("KONG_CLUSTER_INCREMENTAL_SYNC", incremental)];
        using ClusterProcess control = ClusterProcess.ControlPlane(settings);
        using ClusterProcess data = ClusterProcess.DataPlane(control.ClusterPort, settings);
        await ApplyAsync(control, 0);
        await data.AnswersAsync("/g0/199", HttpStatusCode.BadGateway);
        int last = 0;
        for (int kill = 1; kill <= 2; kill++)
        {
            // It writes one generation after the other until it is no more.
            int from = last + 1;
            Task<int> writing = Task.Run(async () =>
            {
                for (int generation = from; ; generation++)
                {
                    try
                    {
                        await ApplyAsync(control, generation);
                    }
                    catch (HttpRequestException)
                    {
                        return generation;
                    }
                }
            });
            await ClusterScene.Eventually(async () => (await data.GetAsync($"/g{from - 1}/0")).StatusCode == HttpStatusCode.NotFound, "a later generation");
            control.Kill();
            last = await writing;

            List<int> whole = [];
            for (int generation = 0; generation <= last; generation++)
            {
                int served = 0;
                foreach (int place in new[] { 0, 50, 100, 199 })
                {
                    served += (await data.GetAsync($"/g{generation}/{place}")).StatusCode == HttpStatusCode.BadGateway ? 1 : 0;
                }

                Assert.True(served is 0 or 4, $"of generation {generation} {served} of 4 are served");
                if (served == 4)
                {
                    whole.Add(generation);
                }
            }

            Assert.Single(whole);
            control.Start();
        }

        await ApplyAsync(control, last + 1);
        await data.AnswersAsync($"/g{last + 1}/199", HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task A_data_plane_that_has_lost_a_change_or_has_another_ones_version_is_told_everything()
    {
        await using TestGateway control = await ClusterScene.ControlPlaneAsync();
        await ClusterScene.PostAsync(control, "/services", """{"name":"s","host":"127.0.0.1"}""");
        await using WireTap tap = await JoinAsync(control.ClusterPort, Guid.NewGuid());
        JsonNode whole = (await AskAsync(tap, 0, null, 1))["result"]!["default"]!;
        Assert.True((bool)whole["wipe"]!);
        long version = (long)whole["version"]!;
        string hash = (string)whole["hash"]!;
        Assert.Empty((await AskAsync(tap, version, hash, 2))["result"]!["default"]!["deltas"]!.AsObject());

        // One change: it is called, once, with that change.
        await ClusterScene.PostAsync(control, "/services", """{"name":"t","host":"127.0.0.1"}""");
        JsonNode call = await CalledAsync(tap);
        Assert.Equal("gibbon.sync.v1.take", (string)call["method"]!);
        JsonNode told = call["params"]![0]!["default"]!;
        Assert.Equal("t", (string)Assert.Single(told["deltas"]!.AsArray())!["entity"]!["name"]!);
        Assert.Equal((version, false), ((long)told["after"]!, (bool)told["wipe"]!));

        // It says that it still has what it had: it is told again, and of the next change with it.
        await AnswerAsync(tap, call, hash);
        call = await CalledAsync(tap);
        Assert.Equal(version, (long)call["params"]![0]!["default"]!["after"]!);
        string taken = (string)call["params"]![0]!["default"]!["hash"]!;
        await AnswerAsync(tap, call, taken);

        // The same number with another digest, and a number that there is not.
        Assert.True((bool)(await AskAsync(tap, version + 1, taken[..17] + new string('0', 15), 3))["result"]!["default"]!["wipe"]!);
        Assert.True((bool)(await AskAsync(tap, version + 100, taken, 4))["result"]!["default"]!["wipe"]!);
        Assert.False((bool)(await AskAsync(tap, version, hash, 5))["result"]!["default"]!["wipe"]!);
    }

    [Fact]
    public async Task A_data_plane_asks_for_everything_when_a_change_does_not_fit()
    {
        await using ScriptedControlPlane control = new();
        await using TestGateway data = await ClusterScene.DataPlaneAsync(control.Port);
        var (tap, _, info, _) = await control.JoinedAsync();
        await using (tap)
        {
            Assert.Equal(2, (long)JsonNode.Parse(info.Payload)!["gibbon"]!["protocol"]!);
            await tap.SendAsync("binary", Pushes.Write(JsonNode.Parse("""{"type":"gibbon","calls":true}""")!));
            await RpcScene.AnswerAsync(tap, Whole(5, "/five", Hash(5)), expected: 0);
            await RpcScene.AnswerAsync(tap, Nothing, expected: 5);
            await DataPlaneTests.ServesAsync(data, "/five", HttpStatusCode.BadGateway);

            // What comes after a version that it has not is not taken.
            Assert.Equal(Hash(5), await TakeAsync(tap, 1, Change(after: 6, version: 7, "/seven")));
            Assert.Equal(HttpStatusCode.NotFound, (await data.Client.GetAsync("/seven")).StatusCode);

            // What does not fit leads to everything, on which the answer waits.
            JsonNode wrong = Change(after: 5, version: 6, "/six");
            wrong["default"]!["deltas"]!.AsArray().Add(JsonNode.Parse("""{"type":"rooms","version":6,"pk":{"id":"00000000-0000-4000-8000-000000000022"},"entity":null}"""));
            await RpcWire.CallAsync(tap, Take(2, wrong));
            await RpcScene.AnswerAsync(tap, Whole(6, "/whole", Hash(6)), expected: 0);
            Assert.Equal(Hash(6), (string)(await RpcWire.AnswerAsync(tap, 2))["result"]!);
            Assert.Equal(HttpStatusCode.NotFound, (await data.Client.GetAsync("/six")).StatusCode);
            Assert.Equal(HttpStatusCode.BadGateway, (await data.Client.GetAsync("/whole")).StatusCode);

            Assert.Equal(Hash(7), await TakeAsync(tap, 3, Change(after: 6, version: 7, "/seven")));
            Assert.Equal(HttpStatusCode.BadGateway, (await data.Client.GetAsync("/seven")).StatusCode);
        }

        // It comes again as it always does, and only then says what it has.
        var (again, _, _, ping) = await control.JoinedAsync();
        Assert.Equal(Hash(7), ping.Text);
        await again.DisposeAsync();
    }

    [Fact]
    public async Task Two_databases_with_the_same_number_are_told_apart()
    {
        await using TestGateway first = await ClusterScene.ControlPlaneAsync();
        await using TestGateway second = await ClusterScene.ControlPlaneAsync();
        await ClusterScene.PostAsync(first, "/routes", """{"paths":["/first"],"protocols":["http"]}""");
        await ClusterScene.PostAsync(second, "/routes", """{"paths":["/second"],"protocols":["http"]}""");
        string kept = Directory.CreateTempSubdirectory("gibbon-kept-").FullName;
        await using (TestGateway data = await ClusterScene.DataPlaneAsync(first.ClusterPort))
        {
            await DataPlaneTests.ServesAsync(data, "/first", HttpStatusCode.ServiceUnavailable);
            File.Copy(Path.Combine(data.Prefix, "config.cache.json.gz"), Path.Combine(kept, "config.cache.json.gz"));
        }

        await using (TestGateway data = await ClusterScene.DataPlaneAsync(second.ClusterPort, ("prefix", kept)))
        {
            await DataPlaneTests.ServesAsync(data, "/second", HttpStatusCode.ServiceUnavailable);
            Assert.Equal(HttpStatusCode.NotFound, (await data.Client.GetAsync("/first")).StatusCode);
        }

        Directory.Delete(kept, recursive: true);
    }

    [Fact]
    public async Task A_data_plane_without_a_plugin_that_is_configured_gets_nothing_until_it_is_not()
    {
        await using TestGateway control = await ClusterScene.ControlPlaneAsync();
        JsonNode plugin = await ClusterScene.PostAsync(control, "/plugins", """{"name":"key-auth"}""");
        Guid id = Guid.NewGuid();
        await using WireTap tap = await JoinAsync(control.ClusterPort, id, ("key-auth", null));
        JsonNode refused = await AskAsync(tap, 0, null, 1);
        Assert.Equal("configured key-auth plugin 3.9.1 is missing from data plane", (string)refused["error"]!["message"]!);
        await ClusterScene.Eventually(async () => await StatusAsync(control, id) == "plugin_set_incompatible", "the status of the data plane");

        (await control.Admin.DeleteAsync($"/plugins/{plugin["id"]}")).EnsureSuccessStatusCode();

        JsonNode call = await CalledAsync(tap);
        Assert.True((bool)call["params"]![0]!["default"]!["wipe"]!);
        await AnswerAsync(tap, call, (string)call["params"]![0]!["default"]!["hash"]!);
        await ClusterScene.Eventually(async () => await StatusAsync(control, id) == "normal", "the status of the data plane");
    }

    [Fact]
    public async Task On_a_shared_database_what_another_control_plane_writes_is_told_as_a_change_and_what_Kongs_writes_is_not_missed()
    {
        using PostgresDatabase database = new();
        await PostgresMigrations.BootstrapAsync(database, null);
        await using TestGateway one = await StartAsync(database);
        await using TestGateway two = await StartAsync(database);
        await using TestGateway data = await ClusterScene.DataPlaneAsync(two.ClusterPort);
        await ClusterScene.PostAsync(one, "/services", """{"name":"s","host":"127.0.0.1","port":1}""");
        await ClusterScene.PostAsync(one, "/services/s/routes", """{"name":"a","paths":["/a"]}""");
        await DataPlaneTests.ServesAsync(data, "/a", HttpStatusCode.BadGateway);
        string versions = database.Text("SELECT count(*)::text FROM clustering_sync_version")!;
        await ClusterScene.PostAsync(one, "/services/s/routes", """{"name":"b","paths":["/b"]}""");
        await DataPlaneTests.ServesAsync(data, "/b", HttpStatusCode.BadGateway);
        Assert.Equal(int.Parse(versions, System.Globalization.CultureInfo.InvariantCulture) + 1, int.Parse(database.Text("SELECT count(*)::text FROM clustering_sync_version")!, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("routes", database.Text("SELECT type FROM clustering_sync_delta ORDER BY version DESC LIMIT 1"));

        // A node of Kong's with its defaults writes no deltas.
        database.Execute("UPDATE routes SET paths = ARRAY['/kongs'] WHERE name = 'a'");
        database.Execute(
            "INSERT INTO cluster_events (id, node_id, at, nbf, expire_at, channel, data) VALUES "
            + "(gen_random_uuid(), gen_random_uuid(), now(), NULL, now() + interval '1 hour', 'clustering:push_config', 'routes:update')");
        await DataPlaneTests.ServesAsync(data, "/kongs", HttpStatusCode.BadGateway);
        await DataPlaneTests.ServesAsync(data, "/a", HttpStatusCode.NotFound);
        await ClusterScene.PostAsync(two, "/services/s/routes", """{"name":"c","paths":["/c"]}""");
        await DataPlaneTests.ServesAsync(data, "/c", HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task What_a_node_of_another_role_writes_to_the_file_is_not_missed()
    {
        string prefix = Directory.CreateTempSubdirectory("gibbon-file-").FullName;
        string kept = Directory.CreateTempSubdirectory("gibbon-kept-").FullName;
        await using (TestGateway control = await ClusterScene.ControlPlaneAsync(("prefix", prefix)))
        {
            await ClusterScene.PostAsync(control, "/routes", """{"name":"r","paths":["/before"],"protocols":["http"]}""");
            await using TestGateway data = await ClusterScene.DataPlaneAsync(control.ClusterPort, ("prefix", kept));
            await DataPlaneTests.ServesAsync(data, "/before", HttpStatusCode.ServiceUnavailable);
        }

        await using (TestGateway other = await TestGateway.StartAsync("", new Dictionary<string, string> { ["database"] = "sqlite", ["prefix"] = prefix }))
        {
            using StringContent change = new("""{"paths":["/after"]}""", Encoding.UTF8, "application/json");
            (await other.Admin.PatchAsync("/routes/r", change)).EnsureSuccessStatusCode();
        }

        await using (TestGateway control = await ClusterScene.ControlPlaneAsync(("prefix", prefix)))
        {
            await using TestGateway data = await ClusterScene.DataPlaneAsync(control.ClusterPort, ("prefix", kept));
            await DataPlaneTests.ServesAsync(data, "/after", HttpStatusCode.ServiceUnavailable);
        }

        Directory.Delete(prefix, recursive: true);
        Directory.Delete(kept, recursive: true);
    }

    private static string Hash(long version) => $"{version:D16}g{version:D15}";

    private static JsonNode Nothing => JsonNode.Parse("""{"default":{"deltas":{},"wipe":false}}""")!;

    private static JsonNode Whole(long version, string path, string hash) => JsonNode.Parse($$"""
        {"default":{"wipe":true,"after":0,"version":{{version}},"hash":"{{hash}}","deltas":[
          {"type":"workspaces","version":{{version}},"ws_id":"00000000-0000-4000-8000-000000000001",
           "entity":{"id":"00000000-0000-4000-8000-000000000001","name":"default","meta":{},"config":{} } },
          {"type":"services","version":{{version}},"ws_id":"00000000-0000-4000-8000-000000000001",
           "entity":{"id":"00000000-0000-4000-8000-000000000011","name":"s","host":"127.0.0.1","port":1} },
          {{Route(version, "00000000-0000-4000-8000-000000000020", path)}}]} }
        """)!;

    private static JsonNode Change(long after, long version, string path) => JsonNode.Parse($$"""
        {"default":{"wipe":false,"after":{{after}},"version":{{version}},"hash":"{{Hash(version)}}","deltas":[{{Route(version, "00000000-0000-4000-8000-000000000021", path)}}]} }
        """)!;

    private static string Route(long version, string id, string path) => $$"""
        {"type":"routes","version":{{version}},"ws_id":"00000000-0000-4000-8000-000000000001","pk":{"id":"{{id}}"},
         "entity":{"id":"{{id}}","paths":["{{path}}"],"protocols":["http"],"service":{"id":"00000000-0000-4000-8000-000000000011"} } }
        """;

    private static JsonNode Take(long id, JsonNode told) =>
        new JsonObject { ["jsonrpc"] = "2.0", ["method"] = "gibbon.sync.v1.take", ["params"] = new JsonArray(told.DeepClone()), ["id"] = id };

    private static async Task<string> TakeAsync(WireTap tap, long id, JsonNode told)
    {
        await RpcWire.CallAsync(tap, Take(id, told));
        return (string)(await RpcWire.AnswerAsync(tap, id))["result"]!;
    }

    // One of ours by hand, up to where calls begin.
    private static async Task<WireTap> JoinAsync(int port, Guid id, params (string Plugin, string? Version)[] plugins)
    {
        JsonNode info = JsonNode.Parse(ClusterScene.BasicInfo(plugins))!;
        info["gibbon"] = new JsonObject { ["protocol"] = 2 };
        WireTap tap = await ClusterScene.JoinAsync(port, id, info: info.ToJsonString());
        JsonNode mark = Pushes.Read((await tap.ReadFrameAsync("binary")).Payload);
        Assert.Equal(("gibbon", true), ((string)mark["type"]!, (bool)mark["calls"]!));
        return tap;
    }

    private static async Task<JsonNode> AskAsync(WireTap tap, long version, string? hash, long id)
    {
        JsonObject question = RpcWire.GetDelta(version, id);
        question["params"]![0]!["default"]!["hash"] = hash;
        await RpcWire.CallAsync(tap, question);
        return await ReadAsync(tap, message => message["method"] is null && (long)message["id"]! == id);
    }

    private static Task<JsonNode> CalledAsync(WireTap tap) => ReadAsync(tap, static message => message["method"] is not null);

    private static Task AnswerAsync(WireTap tap, JsonNode call, string hash) =>
        RpcWire.CallAsync(tap, new JsonObject { ["jsonrpc"] = "2.0", ["result"] = hash, ["id"] = (long)call["id"]! });

    // What is long comes as gzip, in several pieces behind each other.
    private static async Task<JsonNode> ReadAsync(WireTap tap, Predicate<JsonNode> isWanted)
    {
        while (true)
        {
            byte[] payload = (await tap.ReadFrameAsync("binary")).Payload;
            JsonNode message = payload[0] == 0x1f ? Pushes.Read(payload) : JsonNode.Parse(RpcWire.Unpack(payload))!;
            if (isWanted(message))
            {
                return message;
            }
        }
    }

    private static async Task<string?> StatusAsync(TestGateway control, Guid id) => (string?)(await ClusterScene.GetAsync(control, "/clustering/data-planes"))["data"]!.AsArray()
        .FirstOrDefault(row => (string)row!["id"]! == id.ToString())?["sync_status"];

    private static Task ApplyAsync(ClusterProcess control, int generation)
    {
        string routes = string.Join(',', Enumerable.Range(0, 200).Select(i => $$"""{"name":"r{{i}}","paths":["/g{{generation}}/{{i}}"]}"""));
        return control.PostAsync("/apply", $$"""{"_format_version":"3.0","services":[{"name":"s","host":"127.0.0.1","port":1,"routes":[{{routes}}]}]}""");
    }

    // The row of the data plane, when it says what is in the data plane's files.
    private static async Task<JsonNode> InStepAsync(ClusterProcess control, ClusterProcess data)
    {
        JsonNode? found = null;
        await ClusterScene.Eventually(
            async () =>
            {
                found = JsonNode.Parse(await (await control.GetAsync("/clustering/data-planes")).Content.ReadAsStringAsync())!["data"]!.AsArray().FirstOrDefault();
                return found is not null && (string)found["config_hash"]! == await KeptHashAsync(data.Prefix);
            },
            "the row with the hash of the data plane");
        return found!;
    }

    private static async Task<string?> KeptHashAsync(string prefix)
    {
        string changes = Path.Combine(prefix, "config.cache.changes");
        string[] lines = File.Exists(changes) ? await File.ReadAllLinesAsync(changes) : [];
        if (lines.Length > 0)
        {
            return (string)JsonNode.Parse(lines[^1])!["after"]!;
        }

        string whole = Path.Combine(prefix, "config.cache.json.gz");
        if (!File.Exists(whole))
        {
            return null;
        }

        await using GZipStream text = new(File.OpenRead(whole), CompressionMode.Decompress);
        return (string)(await JsonNode.ParseAsync(text))!["config_hash"]!;
    }

    private static Task<TestGateway> StartAsync(PostgresDatabase database)
    {
        var settings = ClusterScene.Shared("control_plane", [("cluster_listen", "127.0.0.1:0"), ("db_update_frequency", "0.2")]);
        return PostgresGateway.StartAsync(database, settings.Select(static pair => (pair.Key, pair.Value)));
    }
}
