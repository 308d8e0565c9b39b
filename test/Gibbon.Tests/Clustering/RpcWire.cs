using System.Text;
using System.Text.Json.Nodes;

namespace Gibbon.Tests.Clustering;

/// <summary>Messages of <c>/v2/outlet</c>, written and read without the gateway's own code.</summary>
internal static class RpcWire
{
    public const string Upgrade = "GET /v2/outlet HTTP/1.1\r\nUpgrade: websocket\r\nHost: 127.0.0.1\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + "Sec-WebSocket-Protocol: kong.meta.v1\r\nSec-WebSocket-Version: 13\r\nConnection: Upgrade\r\n\r\n";

    /// <summary>A Snappy block of literals alone.</summary>
    public static byte[] Pack(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        List<byte> block = [];
        for (int rest = bytes.Length; ; rest >>= 7)
        {
            block.Add((byte)(rest >= 0x80 ? (rest & 0x7f) | 0x80 : rest));
            if (rest < 0x80)
            {
                break;
            }
        }

        foreach (byte[] some in bytes.Chunk(60))
        {
            block.Add((byte)((some.Length - 1) << 2));
            block.AddRange(some);
        }

        return [.. block];
    }

    public static byte[] Unpack(byte[] block)
    {
        int place = 0;
        while ((block[place++] & 0x80) != 0)
        {
        }

        List<byte> text = [];
        while (place < block.Length)
        {
            int tag = block[place++];
            int length = (tag >> 2) + 1;
            if ((tag & 3) == 0)
            {
                int more = length > 60 ? length - 60 : 0;
                length = more == 0 ? length : 1 + Little(block, place, more);
                place += more;
                text.AddRange(block[place..(place + length)]);
                place += length;
                continue;
            }

            int offset = (tag & 3) == 1 ? ((tag >> 5) << 8) | block[place] : Little(block, place, (tag & 3) == 2 ? 2 : 4);
            place += (tag & 3) switch { 1 => 1, 2 => 2, _ => 4 };
            for (int left = (tag & 3) == 1 ? 4 + ((tag >> 2) & 7) : length; left > 0; left--)
            {
                text.Add(text[^offset]);
            }
        }

        return [.. text];
    }

    public static JsonNode Read(TappedFrame frame) => JsonNode.Parse(Unpack(frame.Payload))!;

    public static Task CallAsync(WireTap tap, JsonNode message) => tap.SendAsync("binary", Pack(message.ToJsonString()));

    public static JsonObject Hello(string id, string version = "3.9.1") => new()
    {
        ["jsonrpc"] = "2.0",
        ["method"] = "kong.meta.v1.hello",
        ["params"] = new JsonArray(new JsonObject
        {
            ["kong_node_id"] = id,
            ["kong_hostname"] = "byhand",
            ["kong_version"] = version,
            ["rpc_capabilities"] = new JsonArray("kong.sync.v2"),
            ["rpc_frame_encodings"] = new JsonArray("x-snappy-framed"),
            ["kong_conf"] = new JsonObject { ["role"] = "data_plane" },
        }),
        ["id"] = 1,
    };

    public static JsonObject GetDelta(long version, long id) => new()
    {
        ["jsonrpc"] = "2.0",
        ["method"] = "kong.sync.v2.get_delta",
        ["params"] = new JsonArray(new JsonObject { ["default"] = new JsonObject { ["version"] = version } }),
        ["id"] = id,
    };

    /// <summary>A data plane of Kong's by hand, introduced.</summary>
    public static async Task<WireTap> JoinAsync(int port, Guid id)
    {
        WireTap tap = await ClusterScene.ConnectAsync(port, ClusterCertificates.Shared);
        await tap.WriteAsync(Upgrade);
        Assert.StartsWith("HTTP/1.1 101 ", await tap.ReadHeadAsync(), StringComparison.Ordinal);
        await tap.SendAsync("binary", Hello(id.ToString()).ToJsonString());
        Assert.Equal(110, (await tap.ReadFrameAsync("binary")).Payload.Length);
        return tap;
    }

    /// <summary>Asks, and gets what stands for the namespace; what the control plane calls meanwhile is answered.</summary>
    public static async Task<JsonNode> AskAsync(WireTap tap, long version, long id = 100)
    {
        await CallAsync(tap, GetDelta(version, id));
        return (await AnswerAsync(tap, id))["result"]!["default"]!;
    }

    /// <summary>The next answer to a call of ours.</summary>
    public static async Task<JsonNode> AnswerAsync(WireTap tap, long id)
    {
        while (true)
        {
            JsonNode message = Read(await tap.ReadFrameAsync("binary"));
            if (message["method"] is not null)
            {
                await SayYesAsync(tap, message);
            }
            else if ((long)message["id"]! == id)
            {
                return message;
            }
        }
    }

    /// <summary>The next call, which is answered with yes.</summary>
    public static async Task<JsonNode> CalledAsync(WireTap tap)
    {
        while (true)
        {
            JsonNode message = Read(await tap.ReadFrameAsync("binary"));
            if (message["method"] is not null)
            {
                await SayYesAsync(tap, message);
                return message;
            }
        }
    }

    private static Task SayYesAsync(WireTap tap, JsonNode call) =>
        CallAsync(tap, new JsonObject { ["jsonrpc"] = "2.0", ["result"] = true, ["id"] = (long)call["id"]! });

    private static int Little(byte[] bytes, int place, int count) => Enumerable.Range(0, count).Sum(i => bytes[place + i] << (8 * i));
}
