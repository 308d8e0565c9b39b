using System.Net;
using System.Security.Authentication;
using System.Text.Json.Nodes;
using Gibbon.Testing;
using Gibbon.Tests.Storage;

namespace Gibbon.Tests.Clustering;

/// <summary>Sends a data plane what was sent to Kong's, and expects the same of it.</summary>
public sealed class RecordedDataPlaneTests
{
    private static readonly JsonNode Recorded = RecordedData.Read("recorded/hybrid/v1-data-plane.json")["pushes"]!;

    private static JsonNode Message => RecordedData.Read("recorded/hybrid/v1-reconfigure-verbatim.json")["message"]!;

    private static string Hash => (string)Message["config_hash"]!;

    [Fact]
    public async Task A_data_plane_comes_and_takes_configurations_as_Kongs_did()
    {
        await using ScriptedControlPlane control = new();
        await using TestGateway gateway = await ClusterScene.DataPlaneAsync(control.Port, ("cluster_dp_labels", "env:prod,region:eu"));
        var (tap, head, info, ping) = await control.JoinedAsync();
        await using (tap)
        {
            CompareArrival(control, head);
            CompareInfo(info, gateway);
            Assert.Equal(("ping", true, new string('0', 32)), (ping.Name, ping.IsMasked, ping.Text));
            Assert.Equal("89a0", Convert.ToHexStringLower(ping.Head.AsSpan(0, 2)));
            await tap.SendAsync("pong");
            Assert.Equal(HttpStatusCode.NotFound, (await gateway.Client.GetAsync("/a")).StatusCode);
            using HttpClient status = new() { BaseAddress = new Uri($"http://127.0.0.1:{gateway.StatusPort}") };
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await status.GetAsync("/status/ready")).StatusCode);

            // A: a configuration; reported once it is in force.
            await tap.SendAsync("binary", Pushes.Write(Message));
            Assert.Equal(Hash, (await tap.ReadFrameAsync("ping")).Text);
            Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client.GetAsync("/a")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await status.GetAsync("/status/ready")).StatusCode);

            // B: an unknown plugin: nothing is said. C: whatever the hash, it is believed.
            JsonNode unknown = Message;
            unknown["config_table"]!["plugins"]![0]!["name"] = "no-such-plugin";
            unknown["config_hash"] = new string('c', 32);
            await tap.SendAsync("binary", Pushes.Write(unknown));
            await ClusterScene.Eventually(
                () => Task.FromResult(gateway.ErrorLog.Contains("unable to update running config: bad config received from control plane", StringComparison.Ordinal)),
                "the refusal in the log");
            JsonNode renamed = Message;
            renamed["config_hash"] = new string('d', 32);
            await tap.SendAsync("binary", Pushes.Write(renamed));
            Assert.Equal(new string('d', 32), (await tap.ReadFrameAsync("ping")).Text);

            // D: without hashes it computes its own.
            JsonNode bare = Message;
            bare.AsObject().Remove("config_hash");
            bare.AsObject().Remove("hashes");
            await tap.SendAsync("binary", Pushes.Write(bare));
            Assert.Equal(Hash, (await tap.ReadFrameAsync("ping")).Text);

            // E: what is no gzip ends the connection, without a goodbye.
            await tap.SendAsync("binary", "not gzip");
            Assert.Null(await tap.ReadFrameAsync());
        }

        var (again, _, _, report) = await control.JoinedAsync();
        Assert.Equal(Hash, report.Text);
        await again.SendAsync("binary", Pushes.Write(Message));
        Assert.Equal(Hash, (await again.ReadFrameAsync("ping")).Text);
        await again.SendAsync("close", [3, 232]);
        TappedFrame goodbye = await again.ReadFrameAsync("close");
        Assert.Empty(goodbye.Payload);
        await again.DisposeAsync();
    }

    private static void CompareArrival(ScriptedControlPlane control, string head)
    {
        JsonNode arrival = Recorded[0]!;
        string[] lines = head.TrimEnd().Split("\r\n");
        string[] recorded = ((string)arrival["request_head"]!).Split("\r\n");
        Assert.Matches("^GET /v1/outlet\\?node_id=[0-9a-f-]{36}&node_hostname=[^&]+&node_version=3\\.9\\.1 HTTP/1\\.1$", lines[0]);
        Assert.Equal(recorded.Skip(1).Select(static line => line.Split(':')[0]), lines.Skip(1).Select(static line => line.Split(':')[0]));
        Assert.Equal($"Host: 127.0.0.1:{control.Port}", lines[2]);
        Assert.Equal(recorded[^2..], lines[^2..]);
        Assert.Equal(16, Convert.FromBase64String(ScriptedControlPlane.KeyIn(head)).Length);
        Assert.Equal((string)arrival["sni"]!, control.AskedFor);
        Assert.False(control.OffersProtocols);
        Assert.Equal(SslProtocols.Tls13, control.Version);
        Assert.Equal(ClusterCertificates.Shared.Thumbprint, control.Client!.GetCertHashString());
    }

    private static void CompareInfo(TappedFrame frame, TestGateway gateway)
    {
        JsonNode recorded = Recorded[1]!["received"]!;
        Assert.Equal((string)recorded["opcode"]!, frame.Name);
        Assert.Equal((true, 0, true), (frame.IsFinal, frame.Reserved, frame.IsMasked));
        JsonNode info = JsonNode.Parse(frame.Payload)!;
        Assert.Equal(
            recorded["json"]!.AsObject().Select(static pair => pair.Key).Append("gibbon").Order(StringComparer.Ordinal),
            info.AsObject().Select(static pair => pair.Key).Order(StringComparer.Ordinal));
        Assert.Equal(("basic_info", "{}"), ((string)info["type"]!, info["filters"]!.ToJsonString()));
        Assert.True(JsonNode.DeepEquals(recorded["json"]!["labels"], info["labels"]));
        var plugins = info["plugins"]!.AsArray().Select(static plugin => plugin!.ToJsonString()).ToList();
        Assert.Equal(plugins.Order(StringComparer.OrdinalIgnoreCase), plugins);
        Assert.Contains("""{"name":"key-auth","version":"3.9.1"}""", plugins);
        JsonNode settings = info["process_conf"]!;
        Assert.Equal(("data_plane", "******"), ((string)settings["role"]!, (string)settings["cluster_cert_key"]!));
        Assert.Equal(gateway.Prefix, (string)settings["prefix"]!);
        Assert.DoesNotContain("PRIVATE KEY", frame.Text, StringComparison.Ordinal);
    }
}
