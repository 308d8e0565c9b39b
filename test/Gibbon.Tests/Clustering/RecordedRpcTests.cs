using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gibbon.Testing;
using Gibbon.Tests.Storage;

namespace Gibbon.Tests.Clustering;

/// <summary>The second protocol: says to either side what was said to Kong's, and expects the same frames.</summary>
public sealed class RecordedRpcTests
{
    // What was not recorded of these cases is what was sent first; their names say it.
    private const string Unheard = "no hello within timeout";

    [Fact]
    public async Task A_control_plane_answers_calls_frame_by_frame_as_Kongs_did()
    {
        await using TestGateway gateway = await RpcScene.ControlPlaneAsync();
        await RecordedControlPlaneTests.FillAsync(gateway);

        // The last four changes are those of the recording, which began to count with them.
        long before = 7;
        await ClusterScene.PostAsync(gateway, "/services", """{"name":"s2","host":"127.0.0.1","port":19001,"path":"/fixed"}""");
        await ClusterScene.PostAsync(gateway, "/services/s2/routes", """{"name":"r2","paths":["/b"]}""");
        using (StringContent update = new("""{"retries":2}""", Encoding.UTF8, "application/json"))
        {
            (await gateway.Admin.PatchAsync("/services/s2", update)).EnsureSuccessStatusCode();
        }

        (await gateway.Admin.DeleteAsync("/routes/r2")).EnsureSuccessStatusCode();
        int replayed = 0;
        foreach (JsonNode? recorded in RecordedData.Read("recorded/hybrid/v2-control-plane-cases.json")["cases"]!.AsArray().Where(static one => (string)one!["case"]! != Unheard))
        {
            await ReplayAsync(gateway.ClusterPort, recorded!, before);
            replayed++;
        }

        Assert.Equal(24, replayed);
    }

    [Fact]
    public async Task A_data_plane_that_says_nothing_is_left_without_a_goodbye_after_the_time_that_was_recorded()
    {
        JsonNode recorded = RecordedData.Read("recorded/hybrid/v2-control-plane-cases.json")["cases"]!.AsArray().Single(static one => (string)one!["case"]! == Unheard)!;
        JsonNode end = Assert.Single(recorded["frames"]!.AsArray())!;
        Assert.True((bool)end["eof"]!);
        Assert.Equal((double)end["t"]!, new Gibbon.Clustering.ClusterTimes().FirstMessage.TotalSeconds);
        await using TestGateway gateway = await RpcScene.ControlPlaneAsync();
        await using WireTap tap = await ClusterScene.ConnectAsync(gateway.ClusterPort, ClusterCertificates.Shared);
        await tap.WriteAsync(RpcWire.Upgrade);
        Assert.Equal((string)recorded["response_head"]!, RecordedControlPlaneTests.Normal(await tap.ReadHeadAsync()));
        Assert.Null(await tap.ReadFrameAsync());
        await ClusterScene.Eventually(
            () => Task.FromResult(gateway.ErrorLog.Contains("unable to handshake with client: failed to receive the first 2 bytes: timeout", StringComparison.Ordinal)), "the reason in the log");
    }

    [Fact]
    public async Task Everything_and_each_change_is_told_as_Kong_tells_it()
    {
        await using TestGateway gateway = await RpcScene.ControlPlaneAsync();
        await RecordedControlPlaneTests.FillAsync(gateway);
        JsonArray frames = RecordedData.Read("recorded/hybrid/v2-conversation.json")["frames"]!.AsArray();
        Guid id = Guid.NewGuid();
        await using WireTap tap = await RpcWire.JoinAsync(gateway.ClusterPort, id);

        JsonNode whole = await RpcWire.AskAsync(tap, 0);

        Assert.Equal(["deltas", "wipe"], whole.AsObject().Select(static pair => pair.Key).Order());
        Assert.True((bool)whole["wipe"]!);
        CompareDeltas(frames[5]!["json"]!["result"]!["default"]!["deltas"]!.AsArray(), whole["deltas"]!.AsArray());
        Assert.All(whole["deltas"]!.AsArray(), static delta => Assert.Equal(7, (long)delta!["version"]!));

        // The same three changes as were recorded, each told at once and then asked for.
        await ClusterScene.PostAsync(gateway, "/services", """{"name":"s2","host":"127.0.0.1","port":19001,"path":"/fixed"}""");
        await HearAsync(tap, 8);
        CompareDeltas([RecordedService(frames)], (await RpcWire.AskAsync(tap, 7))["deltas"]!.AsArray());
        await ClusterScene.PostAsync(gateway, "/services/s2/routes", """{"name":"r2","paths":["/b"]}""");
        await HearAsync(tap, 9);
        CompareDeltas(frames[17]!["json"]!["result"]!["default"]!["deltas"]!.AsArray(), (await RpcWire.AskAsync(tap, 8))["deltas"]!.AsArray());
        (await gateway.Admin.DeleteAsync("/routes/r2")).EnsureSuccessStatusCode();
        await HearAsync(tap, 10);
        JsonNode deletion = Assert.Single((await RpcWire.AskAsync(tap, 9))["deltas"]!.AsArray())!;
        Assert.Equal(["entity", "pk", "type", "version", "ws_id"], deletion.AsObject().Select(static pair => pair.Key).Order());
        Assert.Null(deletion["entity"]);

        // The question was the report.
        await ClusterScene.Eventually(
            async () =>
            {
                JsonNode row = (await ClusterScene.GetAsync(gateway, "/clustering/data-planes"))["data"]![0]!;
                return (string)row["config_hash"]! == "00000000000000000000000000000009" && (string)row["hostname"]! == id.ToString()
                    && (string)row["rpc_capabilities"]![0]! == "kong.sync.v2" && row["labels"] is null && row["cert_details"]!["expiry_timestamp"] is null
                    && (string)row["sync_status"]! == "normal";
            },
            "the row as Kong writes it");
    }

    [Fact]
    public async Task A_data_plane_asks_and_answers_as_Kongs_did()
    {
        await using ScriptedControlPlane control = new();
        await using TestGateway gateway = await RpcScene.DataPlaneAsync(control.Port);
        JsonArray frames = RecordedData.Read("recorded/hybrid/v2-conversation.json")["frames"]!.AsArray();
        await using WireTap tap = (await control.AcceptAsync())!;
        string head = await tap.ReadHeadAsync();
        string[] recorded = ((string)frames[0]!["http"]!).Split("\r\n");
        string[] lines = head.TrimEnd().Split("\r\n");
        Assert.Equal(recorded[0], lines[0]);
        Assert.Equal(recorded.Select(static line => line.Split(':')[0]), lines.Select(static line => line.Split(':')[0]));
        Assert.Equal(recorded[^3..], lines[^3..]);
        await RpcScene.AcceptUpgradeAsync(tap, head);

        JsonNode hello = JsonNode.Parse((await tap.ReadFrameAsync())!.Payload)!;
        JsonNode info = hello["params"]![0]!;
        Assert.Equal("kong.meta.v1.hello", (string)hello["method"]!);
        Assert.Equal(
            frames[2]!["json"]!["params"]![0]!.AsObject().Select(static pair => pair.Key).Append("gibbon").Order(StringComparer.Ordinal),
            info.AsObject().Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal("""["kong.sync.v2"]""", info["rpc_capabilities"]!.ToJsonString());
        Assert.DoesNotContain("PRIVATE KEY", info["kong_conf"]!.ToJsonString(), StringComparison.Ordinal);
        await tap.SendAsync("binary", frames[3]!["json"]!.ToJsonString());

        // Up to where it only asks every half minute.
        List<JsonNode> asked = [];
        foreach (JsonNode? frame in frames.Skip(4).TakeWhile(static frame => (double)frame!["t"]! < 11))
        {
            if ((string)frame!["dir"]! == "CP->DP")
            {
                await tap.SendAsync("binary", RpcWire.Pack(RpcScene.Real(frame["json"]!)));
                continue;
            }

            // Whether it first answers or first asks is of no meaning.
            asked.Add(frame);
            if (frame["json"]!["result"] is not null)
            {
                continue;
            }

            List<TappedFrame> heard = [];
            while (heard.Count < asked.Count)
            {
                heard.Add(await tap.ReadFrameAsync("binary"));
            }

            Assert.False(gateway.ErrorLog.Contains("[error]", StringComparison.Ordinal), gateway.ErrorLog);
            Assert.Equal(
                asked.Select(static one => $"{RpcScene.Text(one["json"])} in {(int)one["length"]!} bytes, {(string)one["payload_head_hex"]!}").Order(),
                heard.Select(static one => $"{Encoding.UTF8.GetString(RpcWire.Unpack(one.Payload))} in {one.Payload.Length} bytes, {Convert.ToHexStringLower(one.Payload.AsSpan(0, 24))}").Order());
            Assert.All(heard, static one => Assert.Equal((true, 0, true), (one.IsFinal, one.Reserved, one.IsMasked)));
            asked.Clear();
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client.GetAsync("/a")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.Client.GetAsync("/b")).StatusCode);
        using HttpClient status = new() { BaseAddress = new Uri($"http://127.0.0.1:{gateway.StatusPort}") };
        Assert.Contains("00000000000000000000000000000004", await status.GetStringAsync("/status"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await status.GetAsync("/status/ready")).StatusCode);
    }

    private static async Task ReplayAsync(int port, JsonNode recorded, long before)
    {
        string name = (string)recorded["case"]!;
        await using WireTap tap = await ClusterScene.ConnectAsync(port, name switch
        {
            "no client certificate" => null,
            "other certificate" => ClusterCertificates.Foreign,
            _ => ClusterCertificates.Shared,
        });
        try
        {
            await tap.WriteAsync(RpcScene.Upgrade(name switch { "no subprotocol" => null, "unknown subprotocol" => "x.y", "two subprotocols" => "x.y, kong.meta.v1", _ => "kong.meta.v1" }));
        }
        catch (IOException) when ((string)recorded["response_head"]! == "")
        {
            // Closed before it could be asked anything.
        }

        Assert.Equal($"{name}: {(string)recorded["response_head"]!}", $"{name}: {RecordedControlPlaneTests.Normal(await tap.ReadHeadAsync())}");
        if ((string?)recorded["body"] is { Length: > 0 } body)
        {
            Assert.Equal(body, Encoding.ASCII.GetString((await tap.ReadAsync(body.Length))!));
        }

        if (((string)recorded["response_head"]!).StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
        {
            await RpcScene.SayHelloAsync(tap, name);
        }

        foreach (JsonNode? frame in recorded["frames"]!.AsArray())
        {
            switch (frame!["sent"])
            {
                case JsonValue hex:
                    await tap.SendAsync("binary", Convert.FromHexString((string)hex!));
                    break;
                case { } sent:
                    await tap.SendAsync("binary", RpcWire.Pack(Shifted(sent, before)));
                    break;
                default:
                    Compare(name, frame, await NextAsync(tap), before);
                    break;
            }
        }
    }

    // A control plane that is still telling of the last change is not answering.
    private static async Task<TappedFrame?> NextAsync(WireTap tap)
    {
        TappedFrame? frame = await tap.ReadFrameAsync();
        return frame is { Name: "binary", Payload: [not (byte)'{', ..] } && RpcWire.Read(frame)["method"] is not null ? await NextAsync(tap) : frame;
    }

    private static void Compare(string name, JsonNode recorded, TappedFrame? frame, long before)
    {
        if (recorded["eof"] is not null)
        {
            Assert.Equal($"{name}: ", $"{name}: {frame?.Name}");
            return;
        }

        Assert.Equal($"{name}: {(string)recorded["opcode"]!}", $"{name}: {frame?.Name}");
        if (frame!.Name == "close")
        {
            Assert.Empty(frame.Payload);
            return;
        }

        bool isPacked = recorded["snappy"] is not null;
        string json = Encoding.UTF8.GetString(isPacked ? RpcWire.Unpack(frame.Payload) : frame.Payload);
        string expected = RpcScene.Text(recorded["json"]);
        if (expected.Contains("<uuid", StringComparison.Ordinal))
        {
            // Ids and versions are others here; what else there is, is the same.
            JsonArray deltas = JsonNode.Parse(json)!["result"]!["default"]!["deltas"]!.AsArray();
            JsonNode first = recorded["json"]!["result"]!["default"]!["deltas"]![0]!;
            Assert.Equal(first.AsObject().Select(static pair => pair.Key).Order(), deltas[0]!.AsObject().Select(static pair => pair.Key).Order());
            Assert.Equal((long)first["version"]! + before, (long)deltas[0]!["version"]!);
            Assert.Equal((string)first["type"]!, (string)deltas[0]!["type"]!);
            return;
        }

        Assert.True(JsonNode.DeepEquals(recorded["json"], JsonNode.Parse(json)), $"{name}: {json}");
        Assert.Equal($"{name}: {(int)recorded["length"]!}", $"{name}: {frame.Payload.Length}");
    }

    private static string Shifted(JsonNode sent, long before)
    {
        JsonNode message = sent.DeepClone();
        if (message is JsonObject call && call["params"] is JsonArray { Count: > 0 } arguments && arguments[0]!["default"]?["version"] is { } version && (long)version is > 0 and < 90)
        {
            arguments[0]!["default"]!["version"] = (long)version + before;
        }

        return message.ToJsonString();
    }

    private static async Task HearAsync(WireTap tap, long version)
    {
        // It may still be telling of what was before.
        JsonNode call;
        do
        {
            call = await RpcWire.CalledAsync(tap);
            Assert.Equal("kong.sync.v2.notify_new_version", (string)call["method"]!);
        }
        while ((long)call["params"]![0]!["default"]!["new_version"]! < version);
        Assert.Equal(version, (long)call["params"]![0]!["default"]!["new_version"]!);
    }

    private static JsonNode RecordedService(JsonArray frames) => frames
        .Select(static frame => frame!["json"]?["result"] is JsonObject result ? result["default"]?["deltas"] as JsonArray : null)
        .First(static deltas => deltas is [{ } only] && (string)only["type"]! == "services")![0]!.DeepClone();

    private static void CompareDeltas(JsonArray recorded, JsonArray here)
    {
        Assert.Equal(recorded.Select(static delta => (string)delta!["type"]!), here.Select(static delta => (string)delta!["type"]!));
        foreach ((JsonNode? expected, JsonNode? found) in recorded.Zip(here))
        {
            Assert.Equal(expected!.AsObject().Select(static pair => pair.Key).Order(), found!.AsObject().Select(static pair => pair.Key).Order());
            Assert.Equal(
                expected["entity"]!.AsObject().Select(static pair => pair.Key).Order(StringComparer.Ordinal),
                found["entity"]!.AsObject().Select(static pair => pair.Key).Order(StringComparer.Ordinal));
            foreach ((string name, JsonNode? value) in expected["entity"]!.AsObject().Where(static pair => !RpcScene.Text(pair.Value).Contains("\"<", StringComparison.Ordinal)))
            {
                Assert.True(
                    name is "retries" or "created_at" || JsonNode.DeepEquals(value, found["entity"]![name]),
                    $"{(string)expected["type"]!}.{name}: {value?.ToJsonString()}, here {found["entity"]![name]?.ToJsonString()}");
            }
        }
    }
}
