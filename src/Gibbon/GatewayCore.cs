// Over 400 lines, since it puts the parts of all rooms together, once, in the order in which they need each other.
using Gibbon.Admin;
using Gibbon.Admin.Entities;
using Gibbon.Admin.Manager;
using Gibbon.Balancing;
using Gibbon.Balancing.Probes;
using Gibbon.Balancing.Reporting;
using Gibbon.Clustering.ControlPlanes;
using Gibbon.Clustering.DataPlanes;
using Gibbon.Dns;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.PluginRuntime;
using Gibbon.PluginRuntime.Host;
using Gibbon.Proxy;
using Gibbon.Proxy.Grpc;
using Gibbon.Proxy.Streams;
using Gibbon.Proxy.Traffic;
using Gibbon.Proxy.Upstreams;
using Gibbon.Proxy.Watching;
using Gibbon.Settings;
using Gibbon.Snapshots;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Postgres;
using Gibbon.Storage.Postgres.Events;
using Gibbon.Vaults;
using Microsoft.AspNetCore.Http;

namespace Gibbon;

/// <summary>
/// A gateway without its doors: everything that the settings decide and that a reload with other settings makes anew, beside the one that serves.
/// </summary>
internal sealed class GatewayCore : IAsyncDisposable
{
    private readonly GatewayLogs _logs;
    private readonly ErrorLog _errorLog;
    private readonly ManagerFiles? _manager;
    private readonly IReadOnlyList<Pdk.Plugin> _installed;
    private readonly PluginRegistry _registry;
    private readonly NodeStorage _storage;
    private readonly ConfigurationSource _configuration;
    private readonly LiveSnapshot _live;
    private readonly PluginConfigurations _pluginConfigurations;
    private readonly Leftovers _leftovers;
    private readonly BalancerStates _balancers;
    private readonly Upkeep _upkeep;
    private readonly Resolver _resolver;
    private readonly SnapshotUpdater _updater;
    private readonly GatewayPluginHost _pluginHost;
    private readonly SharedDictionaries _dictionaries;
    private readonly Timers _timers;
    private readonly Queues _queues;
    private readonly HttpClients _httpClients;
    private readonly UpstreamPoolSettings _poolSettings;
    private readonly UpstreamPool _upstreams;
    private readonly GrpcForwarder _grpcUpstreams;
    private readonly AdminEndpoints _endpoints;
    private readonly DataPlane? _dataPlane;
    private readonly Readiness _readiness;
    private readonly TrafficTotals _totals;
    private readonly Occupancy _occupancy = new();
    private readonly TrafficRecorder _traffic;
    private readonly LiveRequests _liveRequests;
    private readonly bool _isFirst;
    private readonly Func<Task> _warmUp = static () => Task.CompletedTask;
    private Task<DeclarativeFile>? _file;
    private bool _ownsUpstreams;

    /// <param name="settings">What it is made by.</param>
    /// <param name="parts">What it is made of.</param>
    /// <param name="connections">The figures of the listeners' connections.</param>
    /// <param name="predecessor">The one that serves until now: its counters, its connections to services and its id are taken over.</param>
    public GatewayCore(GatewaySettings settings, GatewayParts parts, Func<ConnectionStatistics> connections, GatewayCore? predecessor)
    {
        // A large file takes longer than all else that a start consists of: it is read while the parts are made.
        _file = settings.Database is { Kind: DatabaseKind.Off, DeclarativeConfig: { } path } && settings.Node.Role is not NodeRole.DataPlane
            ? Task.Run(() => DeclarativeFile.Read(path))
            : null;
        _dictionaries = predecessor?._dictionaries ?? new SharedDictionaries(parts.Time);
        TimeProvider time = parts.Time;
        _isFirst = predecessor is null;
        Settings = settings;
        _logs = new GatewayLogs(settings, time);
        _errorLog = _logs.Error;
        _manager = parts.Manager;
        _installed = parts.Plugins;
        _registry = parts.Registry(settings);

        EntitySchemas schemas = parts.Schemas(settings, _registry);
        Guid nodeId = predecessor?.NodeId ?? NodeIdentity.Resolve(settings.Node);
        _storage = NodeStorage.Open(settings, schemas, nodeId, time, _errorLog);
        _configuration = new ConfigurationSource(new DeclarativeLoader(schemas, time), _storage.Live);
        var stored = new StoredEntitySource(_storage.ForRequests, schemas, () => _storage.Workspace);

        var cacheSettings = NodeCacheSettings.From(settings.Cache);
        var cache = new NodeCache(cacheSettings, time);
        CachedConsumers? cachedConsumers = _storage.HasDatabase ? new CachedConsumers(_storage, new NodeCache(cacheSettings, time)) : null;
        _balancers = predecessor?._balancers ?? new BalancerStates(time, _errorLog);
        _live = new LiveSnapshot(FirstSnapshot.Create(settings, _registry, (IConsumers?)cachedConsumers ?? new StoredConsumers(_storage.Live), _balancers, time));
        _updater = new SnapshotUpdater(_live, _errorLog);
        _storage.Live.Changed += changes => _updater.Apply(changes, changes.After.Hash);
        _pluginConfigurations = new PluginConfigurations(() => _live.Current.Plugins, _errorLog);
        _leftovers = new Leftovers(settings.Node.Role, time);
        _updater.Swapped += (_, changes) => _leftovers.CollectAfter(changes);
        _updater.Swapped += (snapshot, changes) => _ = _pluginConfigurations.ChangeAsync(PluginsIn(changes));

        _resolver = Resolver.Following(predecessor?._resolver, NameSettings.From(settings.Dns), time);
        _upkeep = new Upkeep(_balancers, _resolver, ProbeIdentityFor, probesTcp: !settings.Listeners.Stream.IsEmpty, _errorLog);
        _updater.Swapped += (snapshot, _) => _upkeep.Watch([.. snapshot.Balancers.Values]);
        var names = new NamesForPlugins(_resolver);
        _timers = new Timers(time, _errorLog);
        new SecretRotation(_live, _storage.Live, _timers).Start();
        _queues = new Queues(time, _errorLog);
        _httpClients = new HttpClients(names);
        var alone = new LoneNode(_storage.HasDatabase ? _storage.ReadClusterIdAsync : null);
        var workerEvents = new WorkerEvents(_errorLog);
        if (cachedConsumers is not null)
        {
            _storage.Written += cachedConsumers.Forget;
            _storage.Written += new ChangeAnnouncer(cache, workerEvents, schemas, () => _storage.Workspace).Announce;
            _storage.Invalidated += cachedConsumers.Forget;
            _storage.Invalidated += cache.InvalidateLocal;
            _storage.Overtaken += cachedConsumers.Cache.Purge;
            _storage.Overtaken += cache.Purge;
            _warmUp = () => CacheWarmup.RunAsync(
                _storage, settings.Cache.WarmupEntities, kind => kind == "consumers" ? cachedConsumers.Cache : cache, cacheSettings.MostItems, _errorLog);
        }
        else
        {
            _updater.Swapped += (_, changes) => ForgetWhatChanged(cache, changes);
        }

        if (_storage.Cluster is { } cluster)
        {
            cache.Invalidated += key => _ = TellAsync(cluster, key);
        }

        _pluginHost = new GatewayPluginHost(new PluginHostParts
        {
            Settings = new SettingsForPlugins(settings),
            Node = new NodeInformation(
                nodeId,
                () => _storage.Workspace,
                () => _live.Current.ConfigurationHash,
                connections,
                () => _dictionaries.Statistics(settings.Cache.MemorySize, settings.Lua.SharedDictionaries)),
            Cluster = _storage.Shared is { } shared ? new DatabaseCluster(shared) : alone,
            ClusterEvents = (IClusterEvents?)_storage.Cluster ?? alone,
            Ip = new TrustedAddresses(settings.RealIp),
            Vault = new VaultsForPlugins(() => _live.Current.Secrets),
            Cache = cache,
            WorkerEvents = workerEvents,
            Timers = _timers,
            Queues = _queues,
            Dns = names,
            Upstreams = new UpstreamFigures(() => UpstreamHealthReport.Of(_live.Current)),
            Http = _httpClients,
            Sockets = new Sockets(names, () => _live.Current.DefaultTrustStore, settings.Tls.VerifyDepth),
            Time = time,
            ErrorLog = _errorLog,
            Dictionaries = _dictionaries,
            Entities = stored.Of,
            EntitiesByName = stored.Of,
        });

        UpstreamPoolSettings poolSettings = ProxySettingsReader.Pool(settings.Upstreams);
        _ownsUpstreams = true;
        _poolSettings = poolSettings;
        _upstreams = predecessor is not null && predecessor._poolSettings == poolSettings
            ? predecessor.HandUpstreamsOver()
            : new UpstreamPool(poolSettings);
        _grpcUpstreams = new GrpcForwarder(poolSettings, time);
        _totals = predecessor?._totals ?? new TrafficTotals();
        _traffic = predecessor is not null && predecessor._traffic.Settings == settings.Traffic ? predecessor._traffic : new TrafficRecorder(settings.Traffic, time);
        _liveRequests = predecessor?._liveRequests ?? new LiveRequests();
        var proxy = new ProxyDependencies(settings)
        {
            Host = _pluginHost,
            Snapshots = _live,
            Destinations = new DestinationPicker(_resolver),
            Upstreams = _upstreams,
            UpstreamSettings = poolSettings,
            GrpcUpstreams = _grpcUpstreams,
            ErrorLog = _errorLog,
            AccessLog = _logs.Access,
            Totals = _totals,
            Occupancy = _occupancy,
            Traffic = _traffic,
            LiveRequests = _liveRequests,
            DebugAccess = DebugAccess.Create(settings.Proxy, settings.Node.Prefix, _errorLog),
            Time = time,
        };
        _pluginHost.ClusterEvents.Subscribe("balancer:post_health", text => ManualHealth.Follow(text, name => _live.Current.FindBalancer(name)));
        LogLevelChange logLevel = new(_errorLog, settings.Logs.Level, _timers);
        _pluginHost.ClusterEvents.Subscribe(LogLevelChange.Channel, logLevel.Follow);
        _readiness = predecessor?._readiness ?? new Readiness();
        _endpoints = new AdminEndpoints
        {
            Settings = settings,
            Registry = _registry,
            Host = _pluginHost,
            Entities = new AdminEntities(_storage.Entities, schemas, isWithoutDatabase: !_storage.HasDatabase, _logs.AdminError),
            Configuration = _configuration,
            Changer = _storage.Configuration,
            Live = _storage.Live,
            Snapshot = () => _live.Current,
            Readiness = _readiness,
            AdminErrorLog = _logs.AdminError,
            StatusErrorLog = _logs.StatusError,
            LogLevel = logLevel,
            AdminLog = _logs.Admin,
            StatusLog = _logs.Status,
            Resolver = _resolver,
            ManagerLog = _logs.Manager,
            ManagerErrorLog = _logs.ManagerError,
            Totals = _totals,
            Traffic = _traffic,
            LiveRequests = _liveRequests,
        };
        ControlPlane = settings.Node.Role is not NodeRole.ControlPlane ? null : new ControlPlane(new ControlPlaneParts
        {
            Settings = settings,
            Storage = _storage,
            Plugins = _registry.Ordered,
            Events = _pluginHost.ClusterEvents,
            Time = time,
            Log = _errorLog,
            Composed = _leftovers.CollectAfter,
            AccessLog = _logs.Admin.Write,
        });
        _dataPlane = settings.Node.Role is not NodeRole.DataPlane ? null : new DataPlane(new DataPlaneParts
        {
            Settings = settings,
            NodeId = nodeId,
            Hostname = _pluginHost.Node.Hostname,
            Plugins = _registry.Ordered,
            Configuration = _configuration,
            Names = names,
            Time = time,
            Log = _errorLog,
        });
        Pipeline = new RequestPipeline(proxy);
        CertificatePhase = new CertificatePhase(proxy);
        Streams = settings.Listeners.Stream.IsEmpty ? null : new StreamGateway(proxy);
    }

    public GatewaySettings Settings { get; }

    public RequestPipeline Pipeline { get; }

    public CertificatePhase CertificatePhase { get; }

    /// <summary>What serves data planes; null unless this is a control plane.</summary>
    public ControlPlane? ControlPlane { get; }

    /// <summary>What serves streams; null when nothing listens for them.</summary>
    public StreamGateway? Streams { get; }

    public Snapshot Snapshot => _live.Current;

    public Guid NodeId => _pluginHost.Node.Id;

    /// <summary>The Admin API over this core.</summary>
    public RequestDelegate AdminApi() => Counted(_endpoints.AdminApi().HandleAsync);

    /// <summary>The Status API over this core.</summary>
    public RequestDelegate StatusApi() => Counted(_endpoints.StatusApi().HandleAsync);

    /// <summary>The web UI for this core's Admin API.</summary>
    public RequestDelegate ManagerSite() => Counted(_endpoints.Manager(_manager).HandleAsync);

    /// <summary>Whether nobody is served by this core, no timer of its plugins runs, and their queues have sent what they had.</summary>
    public bool IsIdle => _occupancy.IsEmpty && _timers.RunningCount == 0 && _queues.AreIdle;

    /// <summary>Reads the configuration that these settings name, or the database; false if they name none.</summary>
    /// <exception cref="InvalidOperationException">It is wrong; the message lists the errors, and what was in force stays.</exception>
    public async Task<bool> LoadAsync(DatabaseSettings database)
    {
        if (_storage.HasDatabase)
        {
            await _storage.LoadAsync().ConfigureAwait(false);
            return true;
        }

        if (_dataPlane is not null)
        {
            // The control plane says what is true; until it does, what the settings say, or what it said last. What a reload finds in force is that, or newer.
            if (!_isFirst || _storage.Live.Current.Version != 0)
            {
                return false;
            }

            if (database is { DeclarativeConfig: null, DeclarativeConfigString: null })
            {
                return _dataPlane.Restore();
            }
        }

        Task<DeclarativeFile>? ahead = Interlocked.Exchange(ref _file, null);
        DeclarativeFile? file = ahead is null ? null : await ahead.ConfigureAwait(false);
        ConfigurationResult? result = database.DeclarativeConfig is { } path ? _configuration.Load(file?.Path == path ? file : DeclarativeFile.Read(path))
            : database.DeclarativeConfigString is { } text ? _configuration.LoadString(text)
            : null;
        if (result?.Error is { } error)
        {
            throw new InvalidOperationException(ConfigurationSource.StartupText(error, database.DeclarativeConfig));
        }

        return result is not null;
    }

    public bool HasDatabase => _storage.HasDatabase;

    /// <summary>Takes over the configuration that another core has, as after a <c>POST /config</c>.</summary>
    /// <exception cref="InvalidOperationException">A plugin's schema is another by now, and its configuration is not what that asks for.</exception>
    public void TakeConfigurationOf(GatewayCore other) => _storage.Live.CopyFrom(other._storage.Live.Current);

    /// <summary>Lets the plugins begin, and tells them their configurations.</summary>
    public async Task StartPluginsAsync(CancellationToken cancellation)
    {
        await _warmUp().WaitAsync(cancellation).ConfigureAwait(false);
        await PluginStart.RunAsync(_registry, _pluginHost, _errorLog).ConfigureAwait(false);
        await _pluginConfigurations.StartAsync().ConfigureAwait(false);
    }

    /// <summary>Joins the other nodes: with what is loaded by then, a data plane begins.</summary>
    public void JoinCluster()
    {
        ControlPlane?.Start();
        _dataPlane?.Start();
    }

    /// <summary>Where this node says what goes wrong.</summary>
    public ErrorLog ErrorLog => _errorLog;

    /// <summary>Says in the log why a reload changed nothing.</summary>
    public void LogReloadFailure(Exception failure) =>
        _errorLog.Write(LogSeverity.Error, $"[gibbon] reload failed, the node goes on as before: {failure.Message}");

    /// <summary>Opens the log files anew, after a rotation has moved them.</summary>
    public void ReopenLogs()
    {
        _logs.Reopen();
        Streams?.Reopen();
    }

    /// <summary>Stops what works beside requests. Requests that are still under way go on.</summary>
    public async Task RetireAsync()
    {
        if (_dataPlane is not null)
        {
            await _dataPlane.DisposeAsync().ConfigureAwait(false);
        }

        if (ControlPlane is not null)
        {
            await ControlPlane.DisposeAsync().ConfigureAwait(false);
        }

        await _upkeep.DisposeAsync().ConfigureAwait(false);
        _timers.Dispose();
        _leftovers.Dispose();
        await _queues.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await RetireAsync().ConfigureAwait(false);
        _httpClients.Dispose();
        if (_ownsUpstreams)
        {
            _upstreams.Dispose();
        }

        _grpcUpstreams.Dispose();
        if (Streams is not null)
        {
            await Streams.DisposeAsync().ConfigureAwait(false);
        }

        // Those that came ready-made serve the next core as well: whoever made them ends them.
        foreach (IAsyncDisposable plugin in _registry.Ordered.Except(_installed).OfType<IAsyncDisposable>())
        {
            await plugin.DisposeAsync().ConfigureAwait(false);
        }

        await _storage.DisposeAsync().ConfigureAwait(false);
        await _logs.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The successor came to nothing: what it had been given is this one's again.</summary>
    public void TakeUpstreamsBack(GatewayCore successor)
    {
        if (ReferenceEquals(successor._upstreams, _upstreams))
        {
            successor._ownsUpstreams = false;
            _ownsUpstreams = true;
        }

        _balancers.Log = _errorLog;
    }

    private RequestDelegate Counted(RequestDelegate answer) => async context =>
    {
        _occupancy.Enter();
        try
        {
            await answer(context).ConfigureAwait(false);
        }
        finally
        {
            _occupancy.Leave();
        }
    };

    private ProbeIdentity ProbeIdentityFor(Balancer balancer)
    {
        Snapshot snapshot = _live.Current;
        return new ProbeIdentity(snapshot.ClientCertificateOf(balancer) ?? snapshot.DefaultClientCertificate, snapshot.DefaultTrustStore);
    }

    // What a plugin forgets, its copies on other nodes forget too.
    private async Task TellAsync(ClusterEvents cluster, string key)
    {
        Result told = await cluster.BroadcastAsync(ClusterEvent.Invalidations, key).ConfigureAwait(false);
        if (!told.IsOk)
        {
            _errorLog.Write(LogSeverity.Error, $"[gibbon] failed to broadcast cached entity invalidation: {told.Error}");
        }
    }

    private UpstreamPool HandUpstreamsOver()
    {
        _ownsUpstreams = false;
        return _upstreams;
    }

    // What plugins keep of consumers, credentials and their own entities may be out of date; what requests read of the rest is in the snapshot.
    private static void ForgetWhatChanged(NodeCache cache, EntityChanges changes)
    {
        if (changes.Changed.Any(static change => change.SchemaName is not ("routes" or "services" or "plugins" or "upstreams" or "targets")))
        {
            cache.Purge();
        }
    }

    private static HashSet<string> PluginsIn(EntityChanges changes) =>
    [
        .. changes.Changed.Where(static change => change.SchemaName == "plugins")
            .Select(static change => ((Pdk.Entities.Plugin)(change.After ?? change.Before)!).Name),
    ];
}
