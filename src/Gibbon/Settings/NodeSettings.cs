namespace Gibbon.Settings;

internal enum NodeRole
{
    Traditional,
    ControlPlane,
    DataPlane,
}

/// <summary>Where this node lives and what it is.</summary>
internal sealed record NodeSettings
{
    /// <summary>The working directory: absolute, without a slash at the end.</summary>
    public required string Prefix { get; init; }

    /// <summary>Why it is that directory, for the line that <c>start</c> prints: <c>set by KONG_PREFIX</c>.</summary>
    public required string PrefixReason { get; init; }

    public required NodeRole Role { get; init; }

    /// <summary><c>node_id</c>; null: persisted (data planes) or made at start.</summary>
    public required Guid? NodeId { get; init; }

    /// <summary>False keeps <c>start</c> in the foreground (<c>nginx_daemon = off</c>).</summary>
    public required bool Daemon { get; init; }

    /// <summary>The product token of <c>Server</c>, <c>Via</c> and <c>version</c>: <c>kong/3.9.1</c> unless <c>server_token</c> says otherwise.</summary>
    public required string ServerToken { get; init; }

    /// <summary>Whether the node runs under the ingress controller; telemetry only.</summary>
    public required bool IngressController { get; init; }

    public static NodeSettings From(SettingReader read, string prefixReason) => new()
    {
        Prefix = read.Word("prefix"),
        PrefixReason = prefixReason,
        Role = read.Text("role") switch
        {
            "control_plane" => NodeRole.ControlPlane,
            "data_plane" => NodeRole.DataPlane,
            _ => NodeRole.Traditional,
        },
        NodeId = ReadNodeId(read),
        Daemon = read.Word("nginx_main_daemon") != "off",
        ServerToken = read.Word("server_token"),
        IngressController = read.Flag("kic"),
    };

    private static Guid? ReadNodeId(SettingReader read)
    {
        if (read.Text("node_id") is not { } text)
            return null;
        if (Guid.TryParseExact(text, "D", out var id))
            return id;
        read.Fail("node_id must be a valid UUID");
        return null;
    }
}
