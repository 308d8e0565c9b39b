using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gibbon.Testing;

namespace Gibbon.Tests.Clustering;

/// <summary>Nodes that speak the second protocol, and what is said to them.</summary>
internal static partial class RpcScene
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string, string)[] Settings = [("cluster_rpc", "on"), ("cluster_incremental_sync", "on")];

    public static Task<TestGateway> ControlPlaneAsync(params IEnumerable<(string Name, string Value)> others) =>
        ClusterScene.ControlPlaneAsync([.. Settings, .. others]);

    public static Task<TestGateway> DataPlaneAsync(int port, params IEnumerable<(string Name, string Value)> others) =>
        ClusterScene.DataPlaneAsync(port, [.. Settings, .. others]);

    public static string Upgrade(string? protocols) => protocols == "kong.meta.v1" ? RpcWire.Upgrade
        : RpcWire.Upgrade.Replace("Sec-WebSocket-Protocol: kong.meta.v1\r\n", protocols is null ? "" : $"Sec-WebSocket-Protocol: {protocols}\r\n", StringComparison.Ordinal);

    /// <summary>As a control plane answers a data plane's request.</summary>
    public static Task AcceptUpgradeAsync(WireTap tap, string head) => tap.WriteAsync(
        "HTTP/1.1 101 Switching Protocols\r\nDate: Sat, 21 Nov 2026 10:00:00 GMT\r\nConnection: upgrade\r\nSec-WebSocket-Protocol: kong.meta.v1\r\n"
        + $"Upgrade: websocket\r\nSec-WebSocket-Accept: {ScriptedControlPlane.Accept(head)}\r\n\r\n");

    /// <summary>The next data plane, up to the answer to its introduction.</summary>
    public static async Task<WireTap> ComeAsync(ScriptedControlPlane control)
    {
        // One that gave up, since everything was too slow for it, comes again.
        WireTap? tap;
        string head = "";
        do
        {
            tap = await control.AcceptAsync();
            head = tap is null ? "" : await tap.ReadHeadAsync();
        }
        while (tap is null || head.Length == 0);
        await AcceptUpgradeAsync(tap, head);
        await tap.ReadFrameAsync("binary");
        await tap.SendAsync("binary", """{"jsonrpc":"2.0","result":{"rpc_capabilities":["kong.sync.v2"],"rpc_frame_encoding":"x-snappy-framed"},"id":1}""");
        return tap;
    }

    /// <summary>Answers the next question for changes; other messages are passed over.</summary>
    /// <param name="tap">The connection.</param>
    /// <param name="result">The answer.</param>
    /// <param name="expected">The version that the question is to name.</param>
    public static async Task AnswerAsync(WireTap tap, JsonNode result, long? expected = null)
    {
        JsonNode question;
        do
        {
            question = RpcWire.Read(await tap.ReadFrameAsync("binary"));
        }
        while ((string?)question["method"] != "kong.sync.v2.get_delta");
        long version = (long)question["params"]![0]!["default"]!["version"]!;
        Assert.Equal(expected ?? version, version);
        await RpcWire.CallAsync(tap, new JsonObject { ["jsonrpc"] = "2.0", ["result"] = result.DeepClone(), ["id"] = (long)question["id"]! });
    }

    /// <summary>What a data plane of that recorded case said first.</summary>
    public static Task SayHelloAsync(WireTap tap, string name)
    {
        JsonObject hello = RpcWire.Hello(
            name == "bad node id" ? "no-id" : Guid.NewGuid().ToString(), name.StartsWith("version ", StringComparison.Ordinal) ? name["version ".Length..] : "3.9.1");
        JsonObject info = hello["params"]![0]!.AsObject();
        switch (name)
        {
            case "no frame encoding in common":
                info["rpc_frame_encodings"] = new JsonArray("x-other");
                break;
            case "wrong method":
                hello["method"] = "kong.meta.v1.goodbye";
                break;
            case "no capabilities list":
                info.Remove("rpc_capabilities");
                break;
            case "empty capabilities":
                info["rpc_capabilities"] = new JsonArray();
                break;
            case "unknown capability only":
                info["rpc_capabilities"] = new JsonArray("kong.unknown");
                break;
            case "no node id" or "no version" or "no kong_conf":
                info.Remove(name switch { "no node id" => "kong_node_id", "no version" => "kong_version", _ => "kong_conf" });
                break;
        }

        return name == "first frame compressed" ? tap.SendAsync("binary", RpcWire.Pack(hello.ToJsonString()))
            : tap.SendAsync(name == "first frame text opcode" ? "text" : "binary", hello.ToJsonString());
    }

    /// <summary>A recorded message with real ids and times in place of what stands for them.</summary>
    public static string Real(JsonNode recorded) => Placeholder().Replace(
        Text(recorded),
        static match => match.Value.StartsWith("\"<epoch", StringComparison.Ordinal) ? "1700000000" : $"\"00000000-0000-4000-8000-{int.Parse(match.Groups[1].Value):D12}\"");

    /// <summary>A recorded message as it stands in its file.</summary>
    public static string Text(JsonNode? recorded) => recorded?.ToJsonString(Plain) ?? "null";

    [GeneratedRegex("\"<epoch[^>]*>\"|\"<uuid ([0-9]+)>\"")]
    private static partial Regex Placeholder();
}
