using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gibbon.Testing;

namespace Gibbon.Tests.Clustering;

/// <summary>Control planes and data planes in this process, and connections to them by hand.</summary>
internal static class ClusterScene
{
    public static Dictionary<string, string> Shared(string role, params IEnumerable<(string Name, string Value)> others)
    {
        Dictionary<string, string> settings = new()
        {
            ["role"] = role,
            ["cluster_cert"] = ClusterCertificates.Pem(ClusterCertificates.Shared),
            ["cluster_cert_key"] = ClusterCertificates.KeyPem(ClusterCertificates.Shared),
            ["log_level"] = "debug",
        };
        foreach (var (name, value) in others)
        {
            settings[name] = value;
        }

        return settings;
    }

    public static Task<TestGateway> ControlPlaneAsync(params IEnumerable<(string Name, string Value)> others) => TestGateway.StartAsync(
        "", Shared("control_plane", [("database", "sqlite"), ("cluster_listen", "127.0.0.1:0"), ("db_update_frequency", "0.2"), .. others]));

    public static Task<TestGateway> DataPlaneAsync(int port, params IEnumerable<(string Name, string Value)> others) =>
        TestGateway.StartAsync("", Shared("data_plane", [("cluster_control_plane", $"127.0.0.1:{port}"), .. others]));

    /// <summary>Writes by the Admin API.</summary>
    public static async Task<JsonNode> PostAsync(TestGateway gateway, string path, string body)
    {
        using StringContent content = new(body, System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await gateway.Admin.PostAsync(path, content);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"POST {path}: {text}");
        return JsonNode.Parse(text)!;
    }

    public static async Task<JsonNode> GetAsync(TestGateway gateway, string path) => JsonNode.Parse(await gateway.Admin.GetStringAsync(path))!;

    /// <summary>TLS to a control plane, with a certificate or without.</summary>
    public static async Task<WireTap> ConnectAsync(int port, X509Certificate2? certificate)
    {
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port);
        SslStream tls = new(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "kong_clustering",
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
        });
        return new WireTap(tls, masks: true);
    }

    public static string UpgradeRequest(string target) =>
        $"GET {target} HTTP/1.1\r\nUpgrade: websocket\r\nHost: 127.0.0.1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + "Sec-WebSocket-Version: 13\r\nConnection: Upgrade\r\n\r\n";

    /// <summary>A data plane by hand, introduced and with its answer read.</summary>
    public static async Task<WireTap> JoinAsync(int port, Guid id, string version = "3.9.1", string? info = null)
    {
        WireTap tap = await ConnectAsync(port, ClusterCertificates.Shared);
        await tap.WriteAsync(UpgradeRequest($"/v1/outlet?node_id={id}&node_hostname=byhand&node_version={version}"));
        Assert.StartsWith("HTTP/1.1 101 ", await tap.ReadHeadAsync(), StringComparison.Ordinal);
        await tap.SendAsync("binary", info ?? BasicInfo());
        return tap;
    }

    /// <summary>What a data plane of Kong's says first; plugins have the version 3.9.1 unless said otherwise, null leaves one out.</summary>
    public static string BasicInfo(params (string Plugin, string? Version)[] others)
    {
        string[] names = [.. Plugins.BundledPlugins.Create().Select(static plugin => plugin.Name)];
        JsonArray plugins = [];
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            string? version = others.Any(other => other.Plugin == name) ? others.First(other => other.Plugin == name).Version : "3.9.1";
            if (version is not null)
            {
                plugins.Add(new JsonObject { ["name"] = name, ["version"] = version });
            }
        }

        return new JsonObject
        {
            ["type"] = "basic_info",
            ["plugins"] = plugins,
            ["process_conf"] = new JsonObject { ["role"] = "data_plane" },
            ["filters"] = new JsonObject(),
            ["labels"] = new JsonObject { ["a"] = "b" },
        }.ToJsonString();
    }

    public static async Task Eventually(Func<Task<bool>> condition, string what)
    {
        for (DateTime until = DateTime.UtcNow + WireTap.Patience; !await condition(); await Task.Delay(30))
        {
            Assert.True(DateTime.UtcNow < until, "never came true: " + what);
        }
    }
}
