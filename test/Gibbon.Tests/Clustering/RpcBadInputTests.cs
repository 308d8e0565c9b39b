using System.Net;
using System.Text.Json.Nodes;
using Gibbon.Testing;

namespace Gibbon.Tests.Clustering;

/// <summary>What goes wrong on <c>/v2/outlet</c>: never a half-applied configuration, never a node that stops.</summary>
public sealed class RpcBadInputTests
{
    [Fact]
    public async Task An_answer_that_is_too_large_or_ends_in_the_middle_changes_nothing_and_is_asked_for_again()
    {
        await using ScriptedControlPlane control = new();
        await using TestGateway data = await RpcScene.DataPlaneAsync(control.Port, ("cluster_max_payload", "4194304"));
        await using (WireTap tap = await RpcScene.ComeAsync(control))
        {
            await tap.ReadFrameAsync("binary");
            await tap.WriteAsync([0x82, 127, 0, 0, 0, 0, 0x00, 0x40, 0x00, 0x01]);
            Assert.Empty((await tap.ReadFrameAsync("close")).Payload);
        }

        byte[] answer = RpcWire.Pack(Whole.ToJsonString());
        await using (WireTap tap = await RpcScene.ComeAsync(control))
        {
            await tap.ReadFrameAsync("binary");
            await tap.WriteAsync([0x82, 126, (byte)(answer.Length >> 8), (byte)answer.Length, .. answer[..(answer.Length / 2)]]);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await data.Client.GetAsync("/a")).StatusCode);
        await using WireTap last = await RpcScene.ComeAsync(control);
        JsonNode question = RpcWire.Read(await last.ReadFrameAsync("binary"));
        Assert.Equal(0, (long)question["params"]![0]!["default"]!["version"]!);
        await last.SendAsync("binary", answer);
        await RpcScene.AnswerAsync(last, JsonNode.Parse("""{"default":{"deltas":{},"wipe":false}}""")!, expected: 4);
    }

    [Fact]
    public async Task A_data_plane_that_neither_reads_nor_answers_holds_nobody_up()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway control = await RpcScene.ControlPlaneAsync();
        await ClusterScene.PostAsync(control, "/services", $$"""{"name":"s","url":"{{upstream.Url}}"}""");
        List<WireTap> silent = [];
        for (int i = 0; i < 20; i++)
        {
            WireTap tap = await RpcWire.JoinAsync(control.ClusterPort, Guid.NewGuid());
            await RpcWire.CallAsync(tap, RpcWire.GetDelta(0, 1));
            silent.Add(tap);
        }

        await using TestGateway data = await RpcScene.DataPlaneAsync(control.ClusterPort);
        for (int i = 0; i < 5; i++)
        {
            await ClusterScene.PostAsync(control, "/services/s/routes", $$"""{"name":"r{{i}}","paths":["/{{i}}"]}""");
            await DataPlaneTests.ServesAsync(data, $"/{i}", HttpStatusCode.OK);
        }

        foreach (WireTap tap in silent)
        {
            await tap.DisposeAsync();
        }
    }

    [Fact]
    public async Task Many_calls_at_once_are_all_answered()
    {
        await using TestGateway control = await RpcScene.ControlPlaneAsync();
        await ClusterScene.PostAsync(control, "/services", """{"name":"s","host":"127.0.0.1"}""");
        await using WireTap tap = await RpcWire.JoinAsync(control.ClusterPort, Guid.NewGuid());
        for (int id = 1; id <= 300; id++)
        {
            await RpcWire.CallAsync(tap, RpcWire.GetDelta(id % 2, id));
        }

        HashSet<long> answered = [];
        while (answered.Count < 300)
        {
            JsonNode message = RpcWire.Read(await tap.ReadFrameAsync("binary"));
            if (message["method"] is null)
            {
                long id = (long)message["id"]!;
                Assert.True(answered.Add(id));
                Assert.Equal(id % 2 == 0, (bool)message["result"]!["default"]!["wipe"]!);
            }
        }
    }

    [Fact]
    public async Task Without_cluster_rpc_there_is_no_second_protocol()
    {
        await using TestGateway control = await ClusterScene.ControlPlaneAsync();
        await using WireTap tap = await ClusterScene.ConnectAsync(control.ClusterPort, ClusterCertificates.Shared);
        await tap.WriteAsync(RpcWire.Upgrade);
        Assert.StartsWith("HTTP/1.1 404 Not Found\r\n", await tap.ReadHeadAsync(), StringComparison.Ordinal);
        await using TestGateway data = await RpcScene.DataPlaneAsync(control.ClusterPort);
        await ClusterScene.Eventually(
            () => Task.FromResult(data.ErrorLog.Contains("unexpected HTTP response: HTTP/1.1 404 Not Found", StringComparison.Ordinal)), "the refusal in the log");
    }

    [Fact]
    public async Task With_calls_but_without_deltas_the_first_protocol_carries_the_configuration()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway control = await ClusterScene.ControlPlaneAsync(("cluster_rpc", "on"));
        await using TestGateway data = await ClusterScene.DataPlaneAsync(control.ClusterPort, ("cluster_rpc", "on"));
        await ClusterScene.PostAsync(control, "/services", $$"""{"name":"s","url":"{{upstream.Url}}"}""");
        await ClusterScene.PostAsync(control, "/services/s/routes", """{"paths":["/a"]}""");
        await DataPlaneTests.ServesAsync(data, "/a", HttpStatusCode.OK);
        Assert.DoesNotContain("[rpc] unable", data.ErrorLog, StringComparison.Ordinal);
    }

    private static JsonNode Whole => JsonNode.Parse("""
        {"jsonrpc":"2.0","id":0,"result":{"default":{"wipe":true,"deltas":[
          {"type":"workspaces","version":4,"ws_id":"00000000-0000-4000-8000-000000000001",
           "entity":{"id":"00000000-0000-4000-8000-000000000001","name":"default","meta":{},"config":{}}},
          {"type":"services","version":4,"ws_id":"00000000-0000-4000-8000-000000000001",
           "entity":{"id":"00000000-0000-4000-8000-000000000011","name":"s","host":"127.0.0.1"}}]}}}
        """)!;
}
