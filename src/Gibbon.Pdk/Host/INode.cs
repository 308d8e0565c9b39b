namespace Gibbon.Pdk;

/// <summary>This node. Kong's <c>kong.node</c>.</summary>
public interface INode
{
    /// <summary>The node's id; kept in a file, so that it stays the same from start to start.</summary>
    [Kong("kong.node.get_id"), Phases(Phase.Any)]
    Guid Id { get; }

    /// <summary>The machine's name; empty if it has none.</summary>
    [Kong("kong.node.get_hostname"), Phases(Phase.Any)]
    string Hostname { get; }

    /// <summary>The id of the workspace that everything belongs to. Kong's <c>kong.default_workspace</c>.</summary>
    Guid DefaultWorkspaceId { get; }

    /// <summary>Whether the store can be reached; <c>true</c> where there is none to reach.</summary>
    bool IsDatabaseReachable { get; }

    /// <summary>
    /// The hash of the configuration that is live, 32 hexadecimal digits; <c>null</c> where there is none (with a database).
    /// </summary>
    string? ConfigurationHash { get; }

    /// <summary>When the certificate expires with which this data plane talks to its control plane; <c>null</c> on other nodes.</summary>
    DateTimeOffset? ClusterCertificateExpiry { get; }

    /// <summary>How much memory is in use, in bytes.</summary>
    [Kong("kong.node.get_memory_stats"), Phases(Phase.Any)]
    MemoryStatistics GetMemoryStatistics();

    /// <summary>Connections and requests since the start.</summary>
    [Kong("kong.nginx.get_statistics"), Phases(Phase.Any)]
    ConnectionStatistics GetConnectionStatistics();
}
