using Gibbon.Admin.Entities;
using Gibbon.Admin.Manager;
using Gibbon.Admin.Resources;
using Gibbon.Dns;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.PluginRuntime;
using Gibbon.Proxy.Traffic;
using Gibbon.Proxy.Watching;
using Gibbon.Settings;
using Gibbon.Snapshots;
using Gibbon.Storage;
using Gibbon.Storage.Applying;

namespace Gibbon.Admin;

/// <summary>What the Admin API and the Status API are made of: the endpoints that follow from schemas, those written by hand, those of plugins.</summary>
internal sealed record AdminEndpoints
{
    public required GatewaySettings Settings { get; init; }

    public required PluginRegistry Registry { get; init; }

    public required PluginHost Host { get; init; }

    public required AdminEntities Entities { get; init; }

    public required ConfigurationSource Configuration { get; init; }

    /// <summary>Changes the configuration as a whole.</summary>
    public required ConfigurationChanger Changer { get; init; }

    /// <summary>The configuration in memory.</summary>
    public required EntityStore Live { get; init; }

    /// <summary>What requests read at this moment: balancers are in it.</summary>
    public required Func<Snapshot> Snapshot { get; init; }

    public required Readiness Readiness { get; init; }

    /// <summary>Where the Admin API says what goes wrong, and what it changes.</summary>
    public required ErrorLog AdminErrorLog { get; init; }

    /// <summary>Where the Status API says what goes wrong.</summary>
    public required ErrorLog StatusErrorLog { get; init; }

    /// <summary>What finds the addresses of names.</summary>
    public required Resolver Resolver { get; init; }

    public required LogLevelChange LogLevel { get; init; }

    /// <summary>Where each request to the Admin API has its line.</summary>
    public required ApiAccessLog AdminLog { get; init; }

    /// <summary>Where each request to the Status API has its line.</summary>
    public required ApiAccessLog StatusLog { get; init; }

    /// <summary>Where each request to the web UI's server has its line.</summary>
    public required ApiAccessLog ManagerLog { get; init; }

    /// <summary>Where the web UI's server says what goes wrong.</summary>
    public required ErrorLog ManagerErrorLog { get; init; }

    /// <summary>How many requests there were.</summary>
    public required TrafficTotals Totals { get; init; }

    /// <summary>The last requests.</summary>
    public required TrafficRecorder Traffic { get; init; }

    /// <summary>The requests that asked to be explained.</summary>
    public required LiveRequests LiveRequests { get; init; }

    private BrowserGuard Guard => new(Settings.Manager, Host.Node.Hostname);

    /// <summary>The web UI.</summary>
    /// <param name="own">The one inside the executable; null when it was built without.</param>
    /// <exception cref="InvalidOperationException">The settings name a folder without one.</exception>
    public ManagerSite Manager(ManagerFiles? own) => new(Settings, ManagerFiles.Choose(Settings, own), Guard, ManagerLog, ManagerErrorLog);

    /// <summary>The Admin API. What stands later wins where it says something else about the same path.</summary>
    public Api AdminApi()
    {
        AdminAccess access = new(Settings.Admin.Token, Settings.Admin.ReadOnlyToken);
        TargetEndpoints targets = new(Entities);
        UpstreamHealthEndpoints health = new(Entities, targets, Snapshot, Host);
        ApiEndpoint[] endpoints =
        [
            .. EntityEndpoints.All(Entities),
            new RootEndpoint(Settings, Registry, Host, Entities, access, AdminErrorLog).Endpoint,
            new StatusEndpoint(Host, Entities, Readiness).Status,
            DnsStatusEndpoint.Of(Resolver),
            new ConfigEndpoint(Configuration, Live, Entities.IsWithoutDatabase).Endpoint,
            new ApplyEndpoint(Changer).Endpoint,
            .. new VersionEndpoints(Changer).All,
            .. Settings.Node.Role == NodeRole.ControlPlane ? Array.Empty<ApiEndpoint>() : [.. new ExplainEndpoint(Snapshot, Settings, LiveRequests).All, .. new TrafficEndpoints(Traffic, Totals).All],
            .. new SchemaEndpoints(Entities.Schemas).All,
            .. new CacheEndpoints(Host.Cache, Entities.Schemas).All,
            .. new LogLevelEndpoints(LogLevel, Settings, Host).All,
            TimersEndpoint.Of(Host.Timers),
            .. new ClusteringEndpoints(Entities, Settings.Node.Role).All,
            .. CertificateEndpoints.All(Entities),
            ConsumerEndpoints.List(Entities),
            .. new ConsumerGroupEndpoints(Entities).All,
            .. PluginEntityEndpoints.All(Entities, Registry),
            .. new TagEndpoints(Entities).All,
            .. targets.All,
            health.Health,
            health.History,
            .. Settings.Node.Role == NodeRole.ControlPlane ? [] : health.Setting,
            .. DisabledEndpoints.All(),
            .. PluginEndpoints.Of(Registry.Ordered, static plugin => plugin.AdminEndpoints, Host, AdminErrorLog),
        ];
        ApiOptions options = new()
        {
            Access = access,
            Guard = Guard,
            Cors = new Cors(Settings.Manager.Urls, withCredentials: true),
            TakesBodies = true,
            ListsEndpoints = true,
            TellsChanges = true,
            AccessLog = AdminLog,
        };
        return new Api(endpoints, options, Settings, AdminErrorLog);
    }

    /// <summary>The Status API, which only reads.</summary>
    public Api StatusApi()
    {
        StatusEndpoint status = new(Host, Entities, Readiness);
        TargetEndpoints targets = new(Entities);
        ApiEndpoint[] endpoints =
        [
            status.Status,
            status.Ready,
            DnsStatusEndpoint.Of(Resolver),
            .. Entities.IsWithoutDatabase ? targets.Reading.Append(new UpstreamHealthEndpoints(Entities, targets, Snapshot, Host).Health) : [],
            .. PluginEndpoints.Of(Registry.Ordered, static plugin => plugin.StatusEndpoints, Host, StatusErrorLog),
        ];
        ApiOptions options = new()
        {
            Access = AdminAccess.Open,
            Cors = new Cors([], withCredentials: false),
            TakesBodies = false,
            ListsEndpoints = false,
            TellsChanges = false,
            AccessLog = StatusLog,
        };
        return new Api(endpoints, options, Settings, StatusErrorLog);
    }
}
