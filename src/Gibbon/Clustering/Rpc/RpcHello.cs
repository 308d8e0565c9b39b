using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Clustering.Rpc;

/// <summary>How the two ends of <c>/v2/outlet</c> introduce themselves: one plain message each, before anything is compressed.</summary>
internal sealed record RpcHello
{
    /// <summary>The protocol within the WebSocket.</summary>
    public const string Protocol = "kong.meta.v1";

    /// <summary>The capability of which configurations are brought in step.</summary>
    public const string Sync = "kong.sync.v2";

    private const string Method = Protocol + ".hello";
    private const string Encoding = "x-snappy-framed";

    public required string NodeId { get; init; }

    public required string Version { get; init; }

    public required string Hostname { get; init; }

    /// <summary>What the other side can do; null when it does not say.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>What only our own data planes say; null from Kong's.</summary>
    public ValueMap? Gibbon { get; init; }

    /// <summary>What a data plane says.</summary>
    /// <param name="hello">Who it is.</param>
    /// <param name="settings">Its settings, without their secrets.</param>
    public static byte[] Question(RpcHello hello, ValueMap settings)
    {
        ValueMap info = new()
        {
            ["kong_node_id"] = hello.NodeId,
            ["kong_hostname"] = hello.Hostname,
            ["rpc_capabilities"] = new ValueList(hello.Capabilities ?? []),
            ["rpc_frame_encodings"] = new ValueList { Encoding },
            ["kong_conf"] = settings,
            ["kong_version"] = hello.Version,
            ["gibbon"] = hello.Gibbon,
        };
        return ValueJson.Write(new ValueMap { ["jsonrpc"] = "2.0", ["method"] = Method, ["params"] = new ValueList { info }, ["id"] = 1L });
    }

    /// <summary>What a control plane answers.</summary>
    public static byte[] Answer(IEnumerable<string> capabilities) => ValueJson.Write(new ValueMap
    {
        ["jsonrpc"] = "2.0",
        ["result"] = new ValueMap { ["rpc_capabilities"] = new ValueList(capabilities), ["rpc_frame_encoding"] = Encoding },
        ["id"] = 1L,
    });

    /// <summary>Reads what a data plane says.</summary>
    /// <returns>Null when it is nothing that can be answered; then <paramref name="problem"/> says why.</returns>
    public static RpcHello? ReadQuestion(byte[] message, out string? problem)
    {
        if (!ValueJson.TryRead(message, out object? read, out _) || read is not ValueMap call || call.GetString("jsonrpc") != "2.0")
        {
            problem = "the first message is no JSON-RPC 2.0";
            return null;
        }

        if (call.GetString("method") != Method)
        {
            problem = "wrong RPC meta call: " + (call.GetString("method") ?? "nil");
            return null;
        }

        ValueMap? info = (call.GetList("params") ?? []).FirstOrDefault() as ValueMap;
        if (info?.GetList("rpc_frame_encodings") is not { } encodings || !encodings.Contains(Encoding))
        {
            problem = "unknown encodings: " + System.Text.Encoding.UTF8.GetString(ValueJson.Write(info?.Get("rpc_frame_encodings")));
            return null;
        }

        if (info.GetString("kong_node_id") is not { } id || info.GetString("kong_version") is not { } version
            || info.GetString("kong_hostname") is not { } hostname || info.GetMap("kong_conf") is null)
        {
            problem = "the introduction is not complete";
            return null;
        }

        problem = null;
        return new RpcHello
        {
            NodeId = id,
            Version = version,
            Hostname = hostname,
            Capabilities = info.Get("rpc_capabilities") is ValueMap { Count: 0 } ? [] : info.GetList("rpc_capabilities")?.OfType<string>().ToList(),
            Gibbon = info.GetMap("gibbon"),
        };
    }

    /// <summary>Reads what a control plane answers: what it can do.</summary>
    /// <returns>Null when it cannot be talked to; then <paramref name="problem"/> says why.</returns>
    public static IReadOnlyList<string>? ReadAnswer(byte[] message, out string? problem)
    {
        ValueMap? result = ValueJson.TryRead(message, out object? read, out _) ? (read as ValueMap)?.GetMap("result") : null;
        problem = result is null ? "the answer is no JSON-RPC 2.0"
            : result.GetString("rpc_frame_encoding") != Encoding ? "unknown encoding: " + (result.GetString("rpc_frame_encoding") ?? "nil")
            : null;
        return problem is null ? result!.GetList("rpc_capabilities")?.OfType<string>().ToList() ?? [] : null;
    }
}
