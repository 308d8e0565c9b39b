using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Settings;
using Gibbon.Storage;

namespace Gibbon.Clustering.DataPlanes;

/// <summary>What a data plane's end of the cluster is made of.</summary>
internal sealed record DataPlaneParts
{
    public required GatewaySettings Settings { get; init; }

    public required Guid NodeId { get; init; }

    public required string Hostname { get; init; }

    /// <summary>The plugins that this node has.</summary>
    public required IReadOnlyList<Plugin> Plugins { get; init; }

    public required ConfigurationSource Configuration { get; init; }

    public required IDns Names { get; init; }

    public required TimeProvider Time { get; init; }

    public required ErrorLog Log { get; init; }

    public ClusterTimes Times { get; init; } = new();
}
