using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.PluginRuntime.Host;

/// <summary>What the gateway gives its plugins, put together from the rooms that have it.</summary>
internal sealed class GatewayPluginHost(PluginHostParts parts) : PluginHost
{
    public override string Version => "3.9.1";

    public override ISettings Settings => parts.Settings;

    public override INode Node => parts.Node;

    public override ICluster Cluster => parts.Cluster;

    public override ITrustedAddresses Ip => parts.Ip;

    public override IVaults Vault => parts.Vault;

    public override INodeCache Cache => parts.Cache;

    public override IWorkerEvents WorkerEvents => parts.WorkerEvents;

    public override IClusterEvents ClusterEvents => parts.ClusterEvents;

    public override ITimers Timers => parts.Timers;

    public override IQueues Queues => parts.Queues;

    public override IDns Dns => parts.Dns;

    public override IUpstreams Upstreams => parts.Upstreams;

    public override IHttpClients Http => parts.Http;

    public override ISockets Sockets => parts.Sockets;

    public override TimeProvider Time => parts.Time;

    public override PluginLogger Logger(string pluginName) => new GatewayLogger(parts.ErrorLog, pluginName);

    public override ILogRecords LogRecords => parts.ErrorLog.Records;

    public override IEntityAccess<T> Entities<T>() => (IEntityAccess<T>)parts.Entities(typeof(T));

    public override IEntityAccess<ValueMap>? Entities(string name) => parts.EntitiesByName(name);

    public override ISharedDictionary SharedDictionary(string name) =>
        parts.Dictionaries.Get(name);
}
