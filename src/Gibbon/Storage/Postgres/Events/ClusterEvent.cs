namespace Gibbon.Storage.Postgres.Events;

/// <summary>Something that one node tells the others: a row of Kong's table <c>cluster_events</c>.</summary>
internal readonly record struct ClusterEvent(string Channel, string Data)
{
    /// <summary>Keys of Kong's cache of what the gateway itself reads: services, routes, plugins, certificates…</summary>
    public const string CoreInvalidations = "invalidations_kong_core_db_cache";

    /// <summary>Keys of Kong's other cache: consumers, credentials, what plugins keep.</summary>
    public const string Invalidations = "invalidations";

    /// <summary>Tells control planes that there is something to push.</summary>
    public const string PushConfiguration = "clustering:push_config";

    /// <summary>Ours: what was said with it was written down for data planes. Nobody else listens to it.</summary>
    public const string Explained = "gibbon:explained";

    public const string Upstreams = "balancer:upstreams";
    public const string Targets = "balancer:targets";
}
