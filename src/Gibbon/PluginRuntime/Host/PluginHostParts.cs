using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginRuntime.Host;

/// <summary>The parts of a <see cref="GatewayPluginHost"/>.</summary>
internal sealed record PluginHostParts
{
    public required ISettings Settings { get; init; }

    public required INode Node { get; init; }

    public required ICluster Cluster { get; init; }

    public required ITrustedAddresses Ip { get; init; }

    public required IVaults Vault { get; init; }

    public required INodeCache Cache { get; init; }

    public required IWorkerEvents WorkerEvents { get; init; }

    public required IClusterEvents ClusterEvents { get; init; }

    public required ITimers Timers { get; init; }

    public required IQueues Queues { get; init; }

    public required IDns Dns { get; init; }

    public required IUpstreams Upstreams { get; init; }

    public required IHttpClients Http { get; init; }

    public required ISockets Sockets { get; init; }

    public required TimeProvider Time { get; init; }

    public required SharedDictionaries Dictionaries { get; init; }

    public required ErrorLog ErrorLog { get; init; }

    /// <summary>The <see cref="IEntityAccess{T}"/> of a record type: the store's, which this room does not see.</summary>
    public required Func<Type, object> Entities { get; init; }

    /// <summary>The entities of a kind as data; null for a kind that nobody knows.</summary>
    public required Func<string, IEntityAccess<ValueMap>?> EntitiesByName { get; init; }
}
