using Gibbon.Pdk.Schemas;

namespace Gibbon.Pdk.Entities;

/// <summary>A data plane, as the control plane has last seen it.</summary>
[Entity("clustering_data_planes", Workspaceable = false, GenerateAdminApi = false, Ttl = true, Exported = false)]
public sealed record ClusteringDataPlane
{
    /// <summary>The node's id.</summary>
    [Auto, NotNull]
    public required Guid Id { get; init; }

    /// <summary>When it was last heard of.</summary>
    [Auto]
    public DateTimeOffset LastSeen { get; init; }

    /// <summary>When this was last written.</summary>
    [Auto]
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Its address.</summary>
    [Ip]
    public required string Ip { get; init; }

    /// <summary>The hash of the configuration it has.</summary>
    [Length(Exactly = 32)]
    public string? ConfigHash { get; init; }

    /// <summary>Its name.</summary>
    [Host]
    public required string Hostname { get; init; }

    /// <summary>Its version.</summary>
    [SemanticVersion]
    public string? Version { get; init; }

    /// <summary>Whether it can have the configuration.</summary>
    public SyncStatus SyncStatus { get; init; }

    /// <summary>Labels it was started with.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Its certificate.</summary>
    public DataPlaneCertificate CertDetails { get; init; } = new();

    /// <summary>The calls it understands.</summary>
    [Set]
    public IReadOnlyList<string>? RpcCapabilities { get; init; }
}

/// <summary>What is known of a data plane's certificate.</summary>
public sealed record DataPlaneCertificate
{
    /// <summary>When it expires, in seconds since 1970.</summary>
    [Timestamp, Optional]
    public double? ExpiryTimestamp { get; init; }
}

/// <summary>Whether a data plane can have the configuration.</summary>
public enum SyncStatus
{
    /// <summary>Not yet known.</summary>
    Unknown,

    /// <summary>Yes.</summary>
    Normal,

    /// <summary>No: its version does not fit.</summary>
    KongVersionIncompatible,

    /// <summary>No: it lacks a plugin.</summary>
    PluginSetIncompatible,

    /// <summary>No: the version of a plugin does not fit.</summary>
    PluginVersionIncompatible,

    /// <summary>No: it lacks a filter.</summary>
    FilterSetIncompatible,
}
