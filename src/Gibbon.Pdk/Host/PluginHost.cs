namespace Gibbon.Pdk;

/// <summary>
/// What a plugin asks of the gateway outside of a request. One object for the life of the gateway; every member may be used by many
/// threads.
/// </summary>
public abstract class PluginHost
{
    /// <summary>The version of Kong that this gateway stands in for: <c>3.9.1</c>. Lua's <c>kong.version</c>.</summary>
    public abstract string Version { get; }

    /// <summary>The settings the gateway was started with. Kong's <c>kong.configuration</c>.</summary>
    public abstract ISettings Settings { get; }

    /// <summary>This node. Kong's <c>kong.node</c>.</summary>
    public abstract INode Node { get; }

    /// <summary>The cluster this node is in. Kong's <c>kong.cluster</c>.</summary>
    public abstract ICluster Cluster { get; }

    /// <summary>Which addresses are trusted. Kong's <c>kong.ip</c>.</summary>
    public abstract ITrustedAddresses Ip { get; }

    /// <summary>Secrets. Kong's <c>kong.vault</c>.</summary>
    public abstract IVaults Vault { get; }

    /// <summary>The cache of this node. Kong's <c>kong.cache</c>.</summary>
    public abstract INodeCache Cache { get; }

    /// <summary>Events within this node. Kong's <c>kong.worker_events</c>.</summary>
    public abstract IWorkerEvents WorkerEvents { get; }

    /// <summary>Events to all nodes that share a database. Kong's <c>kong.cluster_events</c>.</summary>
    public abstract IClusterEvents ClusterEvents { get; }

    /// <summary>Work at a later time. Kong's <c>kong.timer</c>.</summary>
    public abstract ITimers Timers { get; }

    /// <summary>Work in batches, beside the requests. Kong's <c>kong.tools.queue</c>.</summary>
    public abstract IQueues Queues { get; }

    /// <summary>Names to addresses. Kong's <c>kong.dns</c>.</summary>
    public abstract IDns Dns { get; }

    /// <summary>The upstreams and their health.</summary>
    public abstract IUpstreams Upstreams { get; }

    /// <summary>HTTP to elsewhere, through the gateway's names and trusted authorities.</summary>
    public abstract IHttpClients Http { get; }

    /// <summary>TCP, TLS and UDP to elsewhere, through the gateway's names and trusted authorities.</summary>
    public abstract ISockets Sockets { get; }

    /// <summary>The time. Use it in place of <c>DateTime.UtcNow</c> and <c>Task.Delay</c>, and tests can set it.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>The log, outside of requests.</summary>
    /// <param name="pluginName">The name in brackets.</param>
    public abstract PluginLogger Logger(string pluginName);

    /// <summary>The lines of the log that belong to no request, for a plugin that exports them.</summary>
    public abstract ILogRecords LogRecords { get; }

    /// <summary>The stored entities of a type. Lua's <c>kong.db.&lt;name&gt;</c>.</summary>
    /// <typeparam name="T">The entity's record: the gateway's, or one that a plugin brings.</typeparam>
    public abstract IEntityAccess<T> Entities<T>()
        where T : class;

    /// <summary>The stored entities of a type, as data.</summary>
    /// <param name="name">The type's name: <c>consumers</c>.</param>
    /// <returns><c>null</c> if there is no such type.</returns>
    public abstract IEntityAccess<Schemas.ValueMap>? Entities(string name);

    /// <summary>Numbers and texts that all threads of this node share, with times to live. Lua's <c>ngx.shared.&lt;name&gt;</c>.</summary>
    /// <param name="name">The dictionary's name: <c>kong_rate_limiting_counters</c>. Made by the first use.</param>
    public abstract ISharedDictionary SharedDictionary(string name);
}
