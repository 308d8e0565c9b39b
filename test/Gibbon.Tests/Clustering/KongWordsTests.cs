using System.Net;
using System.Text.Json.Nodes;
using Gibbon.Clustering.DataPlanes;
using Gibbon.Testing;
using Gibbon.Tests.Storage;

namespace Gibbon.Tests.Clustering;

/// <summary>What people who look after Kong's clusters look for in logs, in rows and at the ports.</summary>
public sealed class KongWordsTests
{
    [Fact]
    public async Task A_certificate_is_judged_when_somebody_asks_to_be_let_in_and_not_before()
    {
        await using TestGateway control = await ClusterScene.ControlPlaneAsync(("cluster_rpc", "on"));
        await using (WireTap stranger = await ClusterScene.ConnectAsync(control.ClusterPort, ClusterCertificates.Foreign))
        {
            await stranger.WriteAsync("GET /elsewhere HTTP/1.1\r\nHost: h\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 404 Not Found\r\n", await stranger.ReadHeadAsync(), StringComparison.Ordinal);
        }

        await using (WireTap stranger = await ClusterScene.ConnectAsync(control.ClusterPort, ClusterCertificates.Foreign))
        {
            await stranger.WriteAsync(ClusterScene.UpgradeRequest("/v1/outlet?node_id=1&node_hostname=h&node_version=3.9.1"));
            Assert.Equal("", await stranger.ReadHeadAsync());
        }

        await using (WireTap nobody = await ClusterScene.ConnectAsync(control.ClusterPort, null))
        {
            await nobody.WriteAsync(RpcWire.Upgrade);
            Assert.Equal("", await nobody.ReadHeadAsync());
        }

        await SaysAsync(control, "[clustering] data plane presented incorrect client certificate during handshake (digest does not match the control plane certificate)");
        await SaysAsync(control, "[rpc] client's certificate failed validation: data plane failed to present client certificate during handshake");
    }

    [Fact]
    public async Task What_data_planes_ask_for_stands_in_the_log_of_the_admin_api()
    {
        string file = Path.GetTempFileName();
        try
        {
            await using TestGateway control = await ClusterScene.ControlPlaneAsync(("admin_access_log", file));
            await using (WireTap tap = await ClusterScene.ConnectAsync(control.ClusterPort, ClusterCertificates.Shared))
            {
                await tap.WriteAsync("GET /elsewhere HTTP/1.1\r\nHost: h\r\nUser-Agent: somebody\r\n\r\n");
                Assert.StartsWith("HTTP/1.1 404 ", await tap.ReadHeadAsync(), StringComparison.Ordinal);
            }

            await using (WireTap stranger = await ClusterScene.ConnectAsync(control.ClusterPort, ClusterCertificates.Foreign))
            {
                await stranger.WriteAsync(ClusterScene.UpgradeRequest("/v1/outlet?node_id=1&node_hostname=h&node_version=3.9.1"));
                Assert.Equal("", await stranger.ReadHeadAsync());
            }

            await using (await ClusterScene.JoinAsync(control.ClusterPort, Guid.NewGuid()))
            {
            }

            foreach (string line in new[] { "\"GET /elsewhere HTTP/1.1\" 404 ", "\"-\" \"somebody\"", "node_version=3.9.1 HTTP/1.1\" 444 0 ", "node_version=3.9.1 HTTP/1.1\" 101 " })
            {
                await ClusterScene.Eventually(async () => (await File.ReadAllTextAsync(file)).Contains(line, StringComparison.Ordinal), line);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task What_a_control_plane_does_stands_in_its_log_in_the_words_of_kong()
    {
        await using TestGateway control = await RpcScene.ControlPlaneAsync();
        await using (WireTap other = await ClusterScene.ConnectAsync(control.ClusterPort, ClusterCertificates.Shared))
        {
            await other.WriteAsync(RpcScene.Upgrade("other.v1"));
            Assert.Equal("", await other.ReadHeadAsync());
        }

        await SaysAsync(control, "[rpc] unknown RPC protocol: other.v1, doesn't know how to communicate with client");
        await ClusterScene.PostAsync(control, "/services", """{"name":"s","host":"127.0.0.1"}""");
        await SaysAsync(control, "[clustering] skipping config push (no connected clients)");
        await SaysAsync(control, "[kong.sync.v2] notifying all nodes of new version: ");

        await using WireTap first = await ClusterScene.JoinAsync(control.ClusterPort, Guid.NewGuid());
        await first.SendAsync("ping", new string('0', 32));
        await SaysAsync(control, "[clustering] sent pong frame to data plane");
        await ClusterScene.PostAsync(control, "/services", """{"name":"t","host":"127.0.0.1"}""");
        await SaysAsync(control, "[clustering] config pushed to 1 data-plane nodes in ");

        await using TestGateway data = await RpcScene.DataPlaneAsync(control.ClusterPort);
        await SaysAsync(control, "[kong.sync.v2] config push (connected client)");
        await SaysAsync(control, "[kong.sync.v2] database is empty or too far behind for node_id: ");
        await SaysAsync(control, ", current_version: 0, forcing a full sync");
    }

    [Fact]
    public async Task What_a_data_plane_does_stands_in_its_log_in_the_words_of_kong()
    {
        await using (TestGateway alone = await RpcScene.DataPlaneAsync(ClosedPort()))
        {
            await SaysAsync(alone, "[rpc] unable to connect to peer: failed to connect: connection refused");
        }

        await using ScriptedControlPlane control = new();
        await using TestGateway data = await ClusterScene.DataPlaneAsync(control.Port);
        var (tap, _, _, _) = await control.JoinedAsync();
        await using (tap)
        {
            JsonNode message = RecordedData.Read("recorded/hybrid/v1-reconfigure-verbatim.json")["message"]!;
            message["timestamp"] = 1700000000.25;
            await tap.SendAsync("binary", Pushes.Write(message));
            await SaysAsync(data, "[clustering] received reconfigure frame from control plane with timestamp: 1700000000.25");
        }
    }

    [Fact]
    public async Task A_row_shows_what_a_data_plane_on_both_outlets_can_do()
    {
        await using TestGateway control = await ClusterScene.ControlPlaneAsync(("cluster_rpc", "on"));
        Guid id = Guid.NewGuid();
        await using WireTap calls = await ClusterScene.ConnectAsync(control.ClusterPort, ClusterCertificates.Shared);
        await calls.WriteAsync(RpcWire.Upgrade);
        Assert.StartsWith("HTTP/1.1 101 ", await calls.ReadHeadAsync(), StringComparison.Ordinal);
        JsonObject hello = RpcWire.Hello(id.ToString(), "3.9.1");
        hello["params"]![0]!["rpc_capabilities"] = new JsonArray("kong.debug.v1");
        await calls.SendAsync("binary", hello.ToJsonString());
        await calls.ReadFrameAsync("binary");
        await using WireTap first = await ClusterScene.JoinAsync(control.ClusterPort, id);
        await ClusterScene.Eventually(
            async () =>
            {
                await first.SendAsync("ping", new string('0', 32));
                JsonNode? row = (await ClusterScene.GetAsync(control, "/clustering/data-planes"))["data"]!.AsArray().SingleOrDefault();
                return row?["rpc_capabilities"]?.AsArray() is [{ } only] && (string?)only == "kong.debug.v1";
            },
            "the capabilities in the row");
    }

    [Fact]
    public async Task A_data_plane_with_a_declarative_configuration_begins_with_it_and_then_has_what_its_control_plane_says()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using ScriptedControlPlane control = new();
        await using TestGateway data = await ClusterScene.DataPlaneAsync(
            control.Port,
            ("declarative_config_string", $$"""{"_format_version":"3.0","services":[{"name":"s","url":"{{upstream.Url}}","routes":[{"name":"r","paths":["/mine"]}]}]}"""));
        await DataPlaneTests.ServesAsync(data, "/mine", HttpStatusCode.OK);
        var (tap, _, _, _) = await control.JoinedAsync();
        await using (tap)
        {
            await tap.SendAsync("binary", Pushes.Write(RecordedData.Read("recorded/hybrid/v1-reconfigure-verbatim.json")["message"]!));
            await DataPlaneTests.ServesAsync(data, "/mine", HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task Only_a_data_plane_has_labels()
    {
        Exception refused = await Assert.ThrowsAnyAsync<Exception>(() => TestGateway.StartAsync("", new Dictionary<string, string> { ["cluster_dp_labels"] = "a:b" }));
        Assert.Contains("cluster_dp_labels can only be used when role = \"data_plane\"", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://proxy.test", 443, false)]
    [InlineData("http://proxy.test:80", 80, false)]
    [InlineData("http://me@proxy.test:3128/", 3128, false)]
    [InlineData("https://me:secret@proxy.test:443", 443, true)]
    public void A_proxy_is_at_the_port_that_is_named_and_is_told_a_password_when_there_is_one(string address, int port, bool isTold)
    {
        Uri proxy = new(address);
        Assert.Equal((port, isTold), (Connector.PortOf(proxy), Connector.AuthorizationFor(proxy).Length > 0));
    }

    private static int ClosedPort()
    {
        using System.Net.Sockets.TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        return ((IPEndPoint)free.LocalEndpoint).Port;
    }

    private static Task SaysAsync(TestGateway gateway, string line) =>
        ClusterScene.Eventually(() => Task.FromResult(gateway.ErrorLog.Contains(line, StringComparison.Ordinal)), line);
}
