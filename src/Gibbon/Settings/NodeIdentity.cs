namespace Gibbon.Settings;

/// <summary>Who this node is: <c>node_id</c>, or for data planes the id kept in their working directory, or one made for this start.</summary>
internal static class NodeIdentity
{
    public static Guid Resolve(NodeSettings node)
    {
        if (node.NodeId is { } configured)
            return configured;
        if (node.Role is not NodeRole.DataPlane)
            return Guid.NewGuid();

        var path = new PrefixLayout(node.Prefix).NodeId;
        if (File.Exists(path) && Guid.TryParseExact(File.ReadAllText(path).Trim(), "D", out var kept))
            return kept;
        var made = Guid.NewGuid();
        File.WriteAllText(path, made.ToString("D"));
        return made;
    }
}
