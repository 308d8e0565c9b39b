namespace Gibbon.Clustering.ControlPlanes;

/// <summary>How a data plane introduces itself.</summary>
internal sealed record DataPlaneNode(string? Id, string? Hostname, string Ip, string? Version)
{
    /// <summary>What stands behind every line of the log about it.</summary>
    public override string ToString()
    {
        (string Name, string? Value)[] all = [("id", Id), ("host", Hostname), ("ip", Ip), ("version", Version)];
        return $" [{string.Join(", ", all.Where(static part => part.Value is not null).Select(static part => $"{part.Name}: {part.Value}"))}]";
    }
}
