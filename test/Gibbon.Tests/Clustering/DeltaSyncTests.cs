using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gibbon.Testing;

namespace Gibbon.Tests.Clustering;

/// <summary>A control plane and data planes of ours with <c>cluster_incremental_sync</c>: what is written on the one is served by the others.</summary>
public sealed class DeltaSyncTests
{
    [Fact]
    public async Task Every_kind_of_change_reaches_a_data_plane_as_a_change()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway control = await RpcScene.ControlPlaneAsync();
        await ClusterScene.PostAsync(control, "/services", $$"""{"name":"s","url":"{{upstream.Url}}"}""");
        await using TestGateway data = await RpcScene.DataPlaneAsync(control.ClusterPort, ("cluster_dp_labels", "env:prod"));
        await InStepAsync(control, data);
        string file = Path.Combine(data.Prefix, "config.cache.json.gz");
        DateTime whole = File.GetLastWriteTimeUtc(file);

        await ClusterScene.PostAsync(control, "/services/s/routes", """{"name":"r","paths":["/a"]}""");
        await DataPlaneTests.ServesAsync(data, "/a", HttpStatusCode.OK);
        await PatchAsync(control, "/routes/r", """{"paths":["/b"]}""");
        await DataPlaneTests.ServesAsync(data, "/b", HttpStatusCode.OK);
        await DataPlaneTests.ServesAsync(data, "/a", HttpStatusCode.NotFound);

        // A plugin, consumers with their credentials, which go with them.
        await ClusterScene.PostAsync(control, "/routes/r/plugins", """{"name":"key-auth"}""");
        await DataPlaneTests.ServesAsync(data, "/b", HttpStatusCode.Unauthorized);
        await ClusterScene.PostAsync(control, "/consumers", """{"username":"bob"}""");
        await ClusterScene.PostAsync(control, "/consumers/bob/key-auth", """{"key":"k1"}""");
        await DataPlaneTests.ServesAsync(data, "/b?apikey=k1", HttpStatusCode.OK);
        (await control.Admin.DeleteAsync("/consumers/bob")).EnsureSuccessStatusCode();
        await DataPlaneTests.ServesAsync(data, "/b?apikey=k1", HttpStatusCode.Unauthorized);

        // What is disabled is known, and comes back with what belongs to it.
        await PatchAsync(control, "/services/s", """{"enabled":false}""");
        await DataPlaneTests.ServesAsync(data, "/b?apikey=k1", HttpStatusCode.NotFound);
        await PatchAsync(control, "/services/s", """{"enabled":true}""");
        await DataPlaneTests.ServesAsync(data, "/b?apikey=k1", HttpStatusCode.Unauthorized);

        // What Kong does not know.
        await ClusterScene.PostAsync(control, "/consumer_groups", """{"name":"gold"}""");
        await ClusterScene.PostAsync(control, "/consumers", """{"username":"alice"}""");
        await ClusterScene.PostAsync(control, "/consumers/alice/key-auth", """{"key":"k2"}""");
        await ClusterScene.PostAsync(control, "/consumer_groups/gold/consumers", """{"consumer":"alice"}""");
        await ClusterScene.PostAsync(
            control, "/consumer_groups/gold/plugins", """{"name":"request-termination","config":{"status_code":418,"message":"tea"}}""");
        await DataPlaneTests.ServesAsync(data, "/b?apikey=k2", (HttpStatusCode)418);

        // The control plane knows at once who has which version, and nothing was ever told whole.
        await InStepAsync(control, data);
        JsonNode row = (await ClusterScene.GetAsync(control, "/clustering/data-planes"))["data"]![0]!;
        Assert.Equal(("prod", "normal"), ((string)row["labels"]!["env"]!, (string)row["sync_status"]!));
        Assert.NotEqual((string)row["id"]!, (string)row["hostname"]!);
        Assert.NotNull(row["cert_details"]!["expiry_timestamp"]);
        Assert.Equal(whole, File.GetLastWriteTimeUtc(file));
        Assert.True(new FileInfo(Path.Combine(data.Prefix, "config.cache.changes")).Length > 0);
    }

    [Fact]
    public async Task A_whole_file_and_its_deletions_arrive_as_one_version()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway control = await RpcScene.ControlPlaneAsync();
        await using TestGateway data = await RpcScene.DataPlaneAsync(control.ClusterPort);
        string services = string.Concat(Enumerable.Range(0, 200).Select(i =>
            $$"""{"name":"s{{i}}","url":"{{upstream.Url}}","routes":[{"name":"r{{i}}","paths":["/p{{i}}"]}]},"""));
        await ApplyAsync(control, $$"""{"_format_version":"3.0","services":[{{services.TrimEnd(',')}}]}""");
        await DataPlaneTests.ServesAsync(data, "/p199", HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, (await data.Client.GetAsync("/p0")).StatusCode);
        Assert.Equal(1, await InStepAsync(control, data));

        await ApplyAsync(control, $$"""{"_format_version":"3.0","services":[{"name":"s0","url":"{{upstream.Url}}","routes":[{"name":"r0","paths":["/q"]}]}]}""");
        await DataPlaneTests.ServesAsync(data, "/q", HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.NotFound, (await data.Client.GetAsync("/p199")).StatusCode);
        Assert.Equal(2, await InStepAsync(control, data));
    }

    [Fact]
    public async Task A_data_plane_starts_with_what_it_kept_and_what_changed_since()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway control = await RpcScene.ControlPlaneAsync();
        string kept = Directory.CreateTempSubdirectory("gibbon-kept-").FullName;
        await using (TestGateway data = await RpcScene.DataPlaneAsync(control.ClusterPort))
        {
            await ClusterScene.PostAsync(control, "/services", $$"""{"name":"s","url":"{{upstream.Url}}"}""");
            await InStepAsync(control, data);
            await ClusterScene.PostAsync(control, "/services/s/routes", """{"name":"a","paths":["/a"]}""");
            await DataPlaneTests.ServesAsync(data, "/a", HttpStatusCode.OK);
            await ClusterScene.PostAsync(control, "/services/s/routes", """{"name":"b","paths":["/b"]}""");
            await DataPlaneTests.ServesAsync(data, "/b", HttpStatusCode.OK);
            await InStepAsync(control, data);
            foreach (string name in new[] { "config.cache.json.gz", "config.cache.changes" })
            {
                string file = Path.Combine(data.Prefix, name);
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
                File.Copy(file, Path.Combine(kept, name));
            }
        }

        // Nobody listens there. The second time the last change was not written to its end.
        await ServesAsync(kept, "/a", HttpStatusCode.OK);
        await ServesAsync(kept, "/b", HttpStatusCode.OK);
        string changes = Path.Combine(kept, "config.cache.changes");
        await File.WriteAllTextAsync(changes, (await File.ReadAllTextAsync(changes))[..^20]);
        await ServesAsync(kept, "/a", HttpStatusCode.OK);
        await ServesAsync(kept, "/b", HttpStatusCode.NotFound);

        // With the control plane back it catches up.
        await using (TestGateway data = await RpcScene.DataPlaneAsync(control.ClusterPort, ("prefix", kept)))
        {
            await DataPlaneTests.ServesAsync(data, "/b", HttpStatusCode.OK);
        }

        Directory.Delete(kept, recursive: true);
    }

    [Fact]
    public async Task A_change_that_does_not_fit_is_never_half_applied_and_everything_is_asked_for_anew()
    {
        await using ScriptedControlPlane control = new();
        await using TestGateway data = await RpcScene.DataPlaneAsync(control.Port);
        await using WireTap tap = await RpcScene.ComeAsync(control);
        await RpcScene.AnswerAsync(tap, Whole(5));
        await RpcScene.AnswerAsync(tap, Nothing);
        Assert.Equal(HttpStatusCode.NotFound, (await data.Client.GetAsync("/old/x")).StatusCode);

        // The first is good and the second refers to nothing: neither happens.
        await RpcWire.CallAsync(tap, Notify(7));
        JsonNode changes = Changes(
            Route(6, "00000000-0000-4000-8000-000000000021", "/new", null), Route(7, "00000000-0000-4000-8000-000000000022", "/other", "00000000-0000-4000-8000-0000000000ff"));
        await RpcScene.AnswerAsync(tap, changes, expected: 5);
        await RpcScene.AnswerAsync(tap, Whole(7), expected: 0);
        await RpcScene.AnswerAsync(tap, Nothing, expected: 7);
        await ClusterScene.Eventually(
            () => Task.FromResult(data.ErrorLog.Contains("does not fit the others", StringComparison.Ordinal)), "the refusal in the log");

        // Rubbish for an entity, an unknown kind, an answer that is none.
        foreach (string wrong in new[]
        {
            """{"type":"routes","version":8,"pk":{"id":"no-id"},"entity":{"id":"no-id","paths":3}}""",
            """{"type":"rooms","version":8,"pk":{"id":"00000000-0000-4000-8000-000000000022"},"entity":{"id":"00000000-0000-4000-8000-000000000022"}}""",
            """{"type":"plugins","version":8,"pk":{},"entity":{"id":"00000000-0000-4000-8000-000000000023","name":"no-such-plugin","config":{}}}""",
            """{"type":"routes","version":8,"pk":{},"entity":null}""",
        })
        {
            await RpcWire.CallAsync(tap, Notify(8));
            await RpcScene.AnswerAsync(tap, Changes(JsonNode.Parse(wrong)!), expected: 7);
            await RpcScene.AnswerAsync(tap, Nothing, expected: 0);
            await RpcScene.AnswerAsync(tap, Nothing, expected: 7);
        }

        await RpcWire.CallAsync(tap, Notify(8));
        await RpcScene.AnswerAsync(tap, JsonNode.Parse("""{"default":{"deltas":"rubbish"}}""")!, expected: 7);
        await RpcWire.CallAsync(tap, Notify(8));
        await RpcScene.AnswerAsync(tap, Changes(Route(8, "00000000-0000-4000-8000-000000000021", "/new", null)), expected: 7);
        await RpcScene.AnswerAsync(tap, Nothing, expected: 8);
    }

    [Fact]
    public async Task Rubbish_ends_a_connection_and_never_the_data_plane()
    {
        await using ScriptedControlPlane control = new();
        await using TestGateway data = await RpcScene.DataPlaneAsync(control.Port);
        foreach (byte[] rubbish in new byte[][] { [1, 2, 3], [0xff, 0xff, 0xff, 0xff, 0x0f, 0x00], RpcWire.Pack("[]"), RpcWire.Pack("{}"), RpcWire.Pack("nonsense") })
        {
            await using WireTap tap = await RpcScene.ComeAsync(control);
            await tap.ReadFrameAsync("binary");
            await tap.SendAsync("binary", rubbish);
            Assert.Empty((await tap.ReadFrameAsync("close")).Payload);
        }

        await using WireTap last = await RpcScene.ComeAsync(control);
        await RpcScene.AnswerAsync(last, Whole(1), expected: 0);
        await RpcScene.AnswerAsync(last, Nothing, expected: 1);
    }

    [Fact]
    public async Task A_data_plane_whose_version_comes_from_another_database_gets_everything()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway first = await RpcScene.ControlPlaneAsync();
        for (int i = 0; i < 5; i++)
        {
            await ClusterScene.PostAsync(first, "/services", $$"""{"name":"s{{i}}","url":"{{upstream.Url}}","path":"/{{i}}"}""");
        }

        await using TestGateway second = await RpcScene.ControlPlaneAsync();
        await ClusterScene.PostAsync(second, "/services", $$"""{"name":"s","url":"{{upstream.Url}}"}""");
        await ClusterScene.PostAsync(second, "/services/s/routes", """{"paths":["/second"]}""");
        string kept;
        await using (TestGateway data = await RpcScene.DataPlaneAsync(first.ClusterPort))
        {
            await InStepAsync(first, data);
            kept = Directory.CreateTempSubdirectory("gibbon-kept-").FullName;
            File.Copy(Path.Combine(data.Prefix, "config.cache.json.gz"), Path.Combine(kept, "config.cache.json.gz"));
        }

        await using (TestGateway data = await RpcScene.DataPlaneAsync(second.ClusterPort, ("prefix", kept)))
        {
            await DataPlaneTests.ServesAsync(data, "/second", HttpStatusCode.OK);
        }

        Directory.Delete(kept, recursive: true);
    }

    private static JsonNode Nothing => JsonNode.Parse("""{"default":{"deltas":{},"wipe":false}}""")!;

    private static JsonNode Notify(long version) => JsonNode.Parse(
        $$$"""{"jsonrpc":"2.0","method":"kong.sync.v2.notify_new_version","params":[{"default":{"new_version":{{{version}}}}}],"id":{{{version}}}}""")!;

    private static JsonNode Whole(long version) => JsonNode.Parse($$"""
        {"default":{"wipe":true,"deltas":[
          {"type":"workspaces","version":{{version}},"ws_id":"00000000-0000-4000-8000-000000000001",
           "entity":{"id":"00000000-0000-4000-8000-000000000001","name":"default","meta":{},"config":{} } },
          {"type":"services","version":{{version}},"ws_id":"00000000-0000-4000-8000-000000000001",
           "entity":{"id":"00000000-0000-4000-8000-000000000011","name":"s","host":"127.0.0.1"} }]} }
        """)!;

    private static JsonNode Changes(params JsonNode[] deltas) => new JsonObject { ["default"] = new JsonObject { ["wipe"] = false, ["deltas"] = new JsonArray(deltas) } };

    private static JsonNode Route(long version, string id, string path, string? service)
    {
        string reference = service is null ? "null" : $$"""{"id":"{{service}}"}""";
        return JsonNode.Parse($$"""
            {"type":"routes","version":{{version}},"ws_id":"00000000-0000-4000-8000-000000000001","pk":{"id":"{{id}}"},
             "entity":{"id":"{{id}}","paths":["{{path}}"],"protocols":["http"],"service":{{reference}} } }
            """)!;
    }

    private static async Task<long> InStepAsync(TestGateway control, TestGateway data)
    {
        using HttpClient status = new() { BaseAddress = new Uri($"http://127.0.0.1:{data.StatusPort}") };
        long version = 0;
        await ClusterScene.Eventually(
            async () =>
            {
                string hash = (string)JsonNode.Parse(await status.GetStringAsync("/status"))!["configuration_hash"]!;
                var row = (await ClusterScene.GetAsync(control, "/clustering/data-planes"))["data"]!.AsArray().FirstOrDefault(row => (string)row!["config_hash"]! == hash);
                version = VersionIn(hash);
                return row is not null && version > 0;
            },
            "the row with the data plane's version");
        return version;
    }

    // Its number, a letter that no other hash has, and a digest of what changed with it.
    private static long VersionIn(string hash) => hash[16] == 'g' ? long.Parse(hash[..16], System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static async Task ServesAsync(string prefix, string path, HttpStatusCode status)
    {
        await using TestGateway data = await RpcScene.DataPlaneAsync(1, ("prefix", prefix));
        Assert.Equal(status, (await data.Client.GetAsync(path)).StatusCode);
    }

    private static async Task PatchAsync(TestGateway gateway, string path, string body)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        (await gateway.Admin.PatchAsync(path, content)).EnsureSuccessStatusCode();
    }

    private static async Task ApplyAsync(TestGateway gateway, string body)
    {
        using StringContent content = new(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await gateway.Admin.PostAsync("/apply", content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }
}
