using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gibbon.Testing;
using Gibbon.Tests.Storage;

namespace Gibbon.Tests.Clustering;

public sealed class DataPlaneTests
{
    private static JsonNode Message => RecordedData.Read("recorded/hybrid/v1-reconfigure-verbatim.json")["message"]!;

    private static string Hash => (string)Message["config_hash"]!;

    [Fact]
    public async Task A_change_on_the_control_plane_is_served_by_its_data_planes()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway control = await ClusterScene.ControlPlaneAsync();
        await using TestGateway data = await ClusterScene.DataPlaneAsync(control.ClusterPort);
        await ClusterScene.PostAsync(control, "/services", $$"""{"name":"s","url":"{{upstream.Url}}"}""");
        await ClusterScene.PostAsync(control, "/services/s/routes", """{"name":"r","paths":["/a"]}""");
        await ClusterScene.PostAsync(control, "/services/s/plugins", """{"name":"key-auth"}""");
        await ClusterScene.PostAsync(control, "/consumers", """{"username":"bob"}""");
        await ClusterScene.PostAsync(control, "/consumers/bob/key-auth", """{"key":"k1"}""");

        // Before the plugin is there everybody is served.
        await ServesAsync(data, "/a?apikey=k2", HttpStatusCode.Unauthorized);
        await ServesAsync(data, "/a?apikey=k1", HttpStatusCode.OK);
        (await control.Admin.DeleteAsync("/routes/r")).EnsureSuccessStatusCode();
        await ServesAsync(data, "/a?apikey=k1", HttpStatusCode.NotFound);

        // Both know by one hash what is in force.
        using HttpClient status = new() { BaseAddress = new Uri($"http://127.0.0.1:{data.StatusPort}") };
        await ClusterScene.Eventually(
            async () =>
            {
                JsonNode? row = (await ClusterScene.GetAsync(control, "/clustering/data-planes"))["data"]!.AsArray().SingleOrDefault();
                return row is not null && (string)row["sync_status"]! == "normal"
                    && (string)row["config_hash"]! == (string)JsonNode.Parse(await status.GetStringAsync("/status"))!["configuration_hash"]!;
            },
            "the row with the data plane's hash");
        await Assert.ThrowsAsync<HttpRequestException>(() => data.Admin.GetAsync("/services"));
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_used_is_refused_whole_and_a_control_plane_of_ours_hears_why()
    {
        await using ScriptedControlPlane control = new();
        await using TestGateway gateway = await ClusterScene.DataPlaneAsync(control.Port);
        var (tap, _, _, _) = await control.JoinedAsync();
        await using (tap)
        {
            await tap.SendAsync("binary", Pushes.Deflate("""{"type":"gibbon"}"""));
            await tap.SendAsync("binary", Pushes.Write(Message));
            Assert.Equal(Hash, (await tap.ReadFrameAsync("ping")).Text);
            JsonNode half = Message;
            half["config_hash"] = new string('c', 32);
            half["config_table"]!["routes"]![0]!["paths"] = new JsonArray("/new");
            half["config_table"]!["services"]![0]!["port"] = 70000;
            await tap.SendAsync("binary", Pushes.Write(half));

            JsonNode report = JsonNode.Parse((await tap.ReadFrameAsync("binary")).Payload)!;
            Assert.Equal(("error", new string('c', 32)), ((string)report["type"]!, (string)report["error"]!["config_hash"]!));
            Assert.Contains("value should be between 0 and 65535", (string)report["error"]!["message"]!, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await gateway.Client.GetAsync("/new")).StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client.GetAsync("/a")).StatusCode);
        }
    }

    [Fact]
    public async Task The_last_configuration_is_kept_for_the_owner_alone_and_served_when_nobody_gives_another()
    {
        await using ScriptedControlPlane control = new();
        string kept;
        await using (TestGateway gateway = await ClusterScene.DataPlaneAsync(control.Port))
        {
            var (tap, _, _, _) = await control.JoinedAsync();
            await tap.SendAsync("binary", Pushes.Write(Message));
            await tap.ReadFrameAsync("ping");
            string file = Path.Combine(gateway.Prefix, "config.cache.json.gz");
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            kept = Directory.CreateTempSubdirectory("gibbon-kept-").FullName;
            File.Copy(file, Path.Combine(kept, "config.cache.json.gz"));
            await tap.DisposeAsync();
        }

        // Nobody listens there.
        await using (TestGateway gateway = await ClusterScene.DataPlaneAsync(1, ("prefix", kept)))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client.GetAsync("/a")).StatusCode);
        }

        File.WriteAllText(Path.Combine(kept, "config.cache.json.gz"), "rubbish");
        await using (TestGateway gateway = await ClusterScene.DataPlaneAsync(1, ("prefix", kept)))
        {
            Assert.Equal(HttpStatusCode.NotFound, (await gateway.Client.GetAsync("/a")).StatusCode);
        }

        Directory.Delete(kept, recursive: true);
    }

    [Theory]
    [InlineData("foreign")]
    [InlineData("expired")]
    public async Task A_control_plane_with_another_certificate_is_not_spoken_to(string kind)
    {
        await using ScriptedControlPlane control = new(
            kind == "foreign" ? ClusterCertificates.Foreign : ClusterCertificates.SelfSigned("kong_clustering", days: -1));
        await using TestGateway gateway = await ClusterScene.DataPlaneAsync(control.Port);

        WireTap? tap = await control.AcceptAsync();
        if (tap is not null)
        {
            Assert.Equal("", await tap.ReadHeadAsync());
            await tap.DisposeAsync();
        }

        await ClusterScene.Eventually(
            () => Task.FromResult(gateway.ErrorLog.Contains("broken: ssl handshake failed", StringComparison.Ordinal)), "the failure in the log");
    }

    [Fact]
    public async Task A_push_beyond_the_limit_ends_the_connection_and_the_old_configuration_serves()
    {
        await using ScriptedControlPlane control = new();
        await using TestGateway gateway = await ClusterScene.DataPlaneAsync(control.Port, ("cluster_max_payload", "4194304"));
        var (tap, _, _, _) = await control.JoinedAsync();
        await tap.SendAsync("binary", Pushes.Write(Message));
        await tap.ReadFrameAsync("ping");
        await tap.WriteAsync([0x82, 127, 0, 0, 0, 0, 0x00, 0x40, 0x00, 0x01]);

        Assert.Null(await tap.ReadFrameAsync());
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client.GetAsync("/a")).StatusCode);
        var (again, _, _, ping) = await control.JoinedAsync();
        Assert.Equal(Hash, ping.Text);
        await again.DisposeAsync();
        await tap.DisposeAsync();
    }

    [Fact]
    public async Task A_control_plane_that_dies_in_the_middle_of_a_push_changes_nothing()
    {
        await using ScriptedControlPlane control = new();
        await using TestGateway gateway = await ClusterScene.DataPlaneAsync(control.Port);
        var (tap, _, _, _) = await control.JoinedAsync();
        byte[] push = Pushes.Write(Message);
        await tap.WriteAsync([0x82, 126, (byte)(push.Length >> 8), (byte)push.Length, .. push[..(push.Length / 2)]]);
        await tap.DisposeAsync();

        var (again, _, _, ping) = await control.JoinedAsync();
        Assert.Equal(new string('0', 32), ping.Text);
        await again.SendAsync("binary", push);
        Assert.Equal(Hash, (await again.ReadFrameAsync("ping")).Text);
        await again.DisposeAsync();
    }

    [Fact]
    public async Task A_message_in_pieces_is_put_together()
    {
        await using ScriptedControlPlane control = new();
        await using TestGateway gateway = await ClusterScene.DataPlaneAsync(control.Port);
        var (tap, _, _, _) = await control.JoinedAsync();
        byte[] push = Pushes.Write(Message);
        await tap.WriteAsync([0x02, 100, .. push[..100]]);
        await tap.SendAsync("pong");
        await tap.WriteAsync([0x80, 126, (byte)((push.Length - 100) >> 8), (byte)(push.Length - 100), .. push[100..]]);

        Assert.Equal(Hash, (await tap.ReadFrameAsync("ping")).Text);
        await tap.DisposeAsync();
    }

    [Fact]
    public async Task A_data_plane_may_come_through_a_proxy_that_asks_for_a_password()
    {
        await using ScriptedControlPlane control = new();
        using var proxy = new TcpListener(IPAddress.Loopback, 0);
        proxy.Start();
        Task<string> asked = RelayAsync(proxy, control.Port);
        await using TestGateway gateway = await ClusterScene.DataPlaneAsync(
            control.Port, ("cluster_use_proxy", "on"), ("proxy_server", $"http://me:s%40cret@{proxy.LocalEndpoint}"));

        var (tap, _, _, ping) = await control.JoinedAsync();

        Assert.Equal("ping", ping.Name);
        string head = await asked;
        Assert.StartsWith($"CONNECT 127.0.0.1:{control.Port} HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains($"\r\nProxy-Authorization: Basic {Convert.ToBase64String("me:s@cret"u8)}\r\n", head, StringComparison.Ordinal);
        await tap.DisposeAsync();
    }

    [Fact]
    public async Task A_reload_keeps_the_configuration_and_joins_again_with_the_new_settings()
    {
        await using ScriptedControlPlane control = new();
        await using TestGateway gateway = await ClusterScene.DataPlaneAsync(control.Port);
        var (tap, _, _, _) = await control.JoinedAsync();
        await tap.SendAsync("binary", Pushes.Write(Message));
        await tap.ReadFrameAsync("ping");

        await gateway.ReloadAsync("", ClusterScene.Shared(
            "data_plane", [("cluster_control_plane", $"127.0.0.1:{control.Port}"), ("cluster_dp_labels", "a:b")]));

        var (again, _, info, ping) = await control.JoinedAsync();
        Assert.Equal(Hash, ping.Text);
        Assert.Equal("b", (string)JsonNode.Parse(info.Payload)!["labels"]!["a"]!);
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.Client.GetAsync("/a")).StatusCode);
        await again.DisposeAsync();
        await tap.DisposeAsync();
    }

    internal static Task ServesAsync(TestGateway gateway, string path, HttpStatusCode status) => ClusterScene.Eventually(
        async () => (await gateway.Client.GetAsync(path)).StatusCode == status, $"{path} is answered with {status}");

    private static async Task<string> RelayAsync(TcpListener proxy, int port)
    {
        NetworkStream client = (await proxy.AcceptTcpClientAsync()).GetStream();
        string head = await new WireTap(client, masks: false).ReadHeadAsync();
        TcpClient server = new();
        await server.ConnectAsync(IPAddress.Loopback, port);
        await client.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 Connection established\r\n\r\n"));
        _ = client.CopyToAsync(server.GetStream());
        _ = server.GetStream().CopyToAsync(client);
        return head;
    }
}
