using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gibbon.Testing;
using Gibbon.Tests.Storage;

namespace Gibbon.Tests.Clustering;

/// <summary>Says to a control plane what was said to Kong's, and expects the same frames.</summary>
public sealed partial class RecordedControlPlaneTests
{
    private readonly Dictionary<string, Guid> _ids = [];

    [Fact]
    public async Task A_control_plane_answers_data_planes_frame_by_frame_as_Kongs_did()
    {
        await using TestGateway gateway = await ClusterScene.ControlPlaneAsync();
        await FillAsync(gateway);
        JsonArray cases = RecordedData.Read("recorded/hybrid/v1-control-plane-cases.json")["cases"]!.AsArray();
        await ReplayNormalAsync(gateway, cases[0]!);
        await CompareRowsAsync(gateway, cases[1]!);
        int replayed = 0;
        foreach (JsonNode? recorded in cases.Skip(2).SkipLast(1))
        {
            await ReplayAsync(gateway.ClusterPort, recorded!);
            replayed++;
        }

        Assert.Equal(27, replayed);
        await CompareRowsAsync(gateway, cases[^1]!);
    }

    // Connected, told of a change, and heard of: here the change is made by hand.
    private async Task ReplayNormalAsync(TestGateway gateway, JsonNode recorded)
    {
        await using WireTap tap = await ClusterScene.ConnectAsync(gateway.ClusterPort, ClusterCertificates.Shared);
        await tap.WriteAsync(ClusterScene.UpgradeRequest(Here((string)recorded["path"]!)));
        Assert.Equal((string)recorded["response_head"]!, Normal(await tap.ReadHeadAsync()));
        await tap.SendAsync("binary", ClusterScene.BasicInfo());
        JsonArray frames = recorded["frames"]!.AsArray();
        Compare(frames[0]!, await tap.ReadFrameAsync("binary"));
        await tap.SendAsync("ping", new string('0', 32));
        Compare(frames[3]!, await tap.ReadFrameAsync("pong"));
        await tap.SendAsync("ping", new string('a', 32));
        Compare(frames[5]!, await tap.ReadFrameAsync("pong"));
        await ClusterScene.PostAsync(gateway, "/services", """{"name":"s2","host":"127.0.0.1"}""");
        Compare(frames[6]!, await tap.ReadFrameAsync("binary"));
        await tap.SendAsync("ping", new string('b', 32));
        Compare(frames[8]!, await tap.ReadFrameAsync("pong"));
    }

    private async Task ReplayAsync(int port, JsonNode recorded)
    {
        string name = (string)recorded["case"]!;
        await using WireTap tap = await ClusterScene.ConnectAsync(port, name switch
        {
            "no client certificate" => null,
            "other client certificate (same CN)" => ClusterCertificates.Foreign,
            _ => ClusterCertificates.Shared,
        });
        try
        {
            await tap.WriteAsync(ClusterScene.UpgradeRequest(Here((string)recorded["path"]!)));
        }
        catch (IOException) when ((string)recorded["response_head"]! == "")
        {
            // Closed before it could be asked anything.
        }

        Assert.Equal(Named(name, (string)recorded["response_head"]!), Named(name, Normal(await tap.ReadHeadAsync())));
        if ((string?)recorded["body"] is { Length: > 0 } body)
        {
            Assert.Equal(body, System.Text.Encoding.ASCII.GetString((await tap.ReadAsync(body.Length))!));
        }

        if ((string?)recorded["sent_first"] is { } first)
        {
            await tap.SendAsync("binary", first == "<basic_info>" ? Introduction(name) : first);
        }

        foreach (JsonNode? frame in recorded["frames"]!.AsArray())
        {
            if ((string?)frame!["sent"] is { } sent)
            {
                byte[] payload = sent == "close" ? [3, 232, .. "bye"u8] : System.Text.Encoding.UTF8.GetBytes((string)frame["payload"]!);
                await tap.SendAsync(sent, payload);
            }
            else if (frame["eof"] is not null)
            {
                Assert.Null(await tap.ReadFrameAsync());
            }
            else
            {
                Compare(frame, await tap.ReadFrameAsync() ?? throw new InvalidDataException($"{name}: the connection ended"));
            }
        }

        if ((string?)recorded["frames"]!.AsArray().LastOrDefault()?["opcode"] == "close")
        {
            Assert.Null(await tap.ReadFrameAsync());
        }
    }

    private static void Compare(JsonNode recorded, TappedFrame frame)
    {
        Assert.Equal((string)recorded["opcode"]!, frame.Name);
        Assert.Equal(((int)recorded["fin"]! == 1, (int)recorded["rsv"]!, (bool)recorded["masked"]!), (frame.IsFinal, frame.Reserved, frame.IsMasked));
        if (frame.Name != "binary")
        {
            Assert.Equal((int)recorded["length"]!, frame.Payload.Length);
            return;
        }

        Assert.Equal((string)recorded["head_hex"]!, Convert.ToHexStringLower(frame.Payload.AsSpan(0, 10)));
        JsonNode message = Pushes.Read(frame.Payload);
        Assert.Equal((string)recorded["type"]!, (string)message["type"]!);
        Assert.Equal(Texts(recorded["json_keys"]!), message.AsObject().Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal(Texts(recorded["config_table_keys"]!), message["config_table"]!.AsObject().Select(static pair => pair.Key).Order(StringComparer.Ordinal));
    }

    private async Task CompareRowsAsync(TestGateway gateway, JsonNode recorded)
    {
        JsonArray rows = recorded["data_planes"]![1]!["data"]!.AsArray();
        await ClusterScene.Eventually(
            async () => (await ClusterScene.GetAsync(gateway, "/clustering/status")).AsObject().Count == rows.Count, "a row for each data plane");
        JsonArray all = (await ClusterScene.GetAsync(gateway, "/clustering/data-planes"))["data"]!.AsArray();
        JsonNode status = await ClusterScene.GetAsync(gateway, "/clustering/status");
        foreach (JsonNode? row in rows)
        {
            string id = Id((string)row!["id"]!);
            JsonNode here = all.Single(found => (string)found!["id"]! == id)!;
            Assert.Equal(row.AsObject().Select(static pair => pair.Key).Order(), here.AsObject().Select(static pair => pair.Key).Order());
            foreach (string field in new[] { "config_hash", "sync_status", "rpc_capabilities", "labels", "version", "hostname", "ip" })
            {
                Assert.Equal(row[field]?.ToJsonString(), here[field]?.ToJsonString());
            }

            long end = new DateTimeOffset(ClusterCertificates.Shared.NotAfter).ToUnixTimeSeconds();
            Assert.Equal(end, (long)here["cert_details"]!["expiry_timestamp"]!);
            Assert.InRange((long)here["ttl"]!, 1209600 - 600, 1209600);
            Assert.Equal(["config_hash", "hostname", "ip", "last_seen"], status[id]!.AsObject().Select(static pair => pair.Key).Order());
        }
    }

    internal static async Task FillAsync(TestGateway gateway)
    {
        await ClusterScene.PostAsync(gateway, "/services", """{"name":"s1","host":"127.0.0.1","port":19001,"path":"/fixed"}""");
        await ClusterScene.PostAsync(gateway, "/services/s1/routes", """{"name":"r1","paths":["/a"]}""");
        await ClusterScene.PostAsync(gateway, "/services/s1/plugins", """{"name":"key-auth"}""");
        await ClusterScene.PostAsync(gateway, "/consumers", """{"username":"bob"}""");
        await ClusterScene.PostAsync(gateway, "/consumers/bob/key-auth", """{"key":"k1"}""");
        await ClusterScene.PostAsync(gateway, "/upstreams", """{"name":"u1"}""");
        await ClusterScene.PostAsync(gateway, "/upstreams/u1/targets", """{"target":"127.0.0.1:19001"}""");
    }

    private static string Introduction(string name) => name switch
    {
        "plugin missing (configured key-auth)" => ClusterScene.BasicInfo(("key-auth", null)),
        "plugin older minor" => ClusterScene.BasicInfo(("key-auth", "3.8.0")),
        "plugin newer minor" => ClusterScene.BasicInfo(("key-auth", "3.10.0")),
        "plugin version other major" => ClusterScene.BasicInfo(("key-auth", "2.9.0")),
        _ => ClusterScene.BasicInfo(),
    };

    private string Here(string path) => Placeholder().Replace(path, match => Id(match.Value));

    private string Id(string placeholder) =>
        (_ids.TryGetValue(placeholder, out Guid id) ? id : _ids[placeholder] = Guid.NewGuid()).ToString("D", CultureInfo.InvariantCulture);

    private static string Named(string name, string head) => $"{name}: {head}";

    internal static string Normal(string head) => Accept().Replace(Date().Replace(head.TrimEnd(), "Date: <date>"), "Sec-WebSocket-Accept: <base64>");

    private static IEnumerable<string> Texts(JsonNode list) => list.AsArray().Select(static text => (string)text!);

    [GeneratedRegex("<uuid [0-9]+>")]
    private static partial Regex Placeholder();

    [GeneratedRegex("Date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT")]
    private static partial Regex Date();

    [GeneratedRegex("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\\+xOo=")]
    private static partial Regex Accept();
}
