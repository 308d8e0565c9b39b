using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using Gibbon.Admin;
using Gibbon.Clustering.ControlPlanes;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Proxy;
using Gibbon.Proxy.Listeners;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Streams;
using Gibbon.Settings;

namespace Gibbon;

/// <summary>A running gateway: its doors, and the core behind them that answers. Starts in order, reloads without losing a request, ends in order.</summary>
internal sealed class GatewayHost : IAsyncDisposable, IExchangeHandler
{
    /// <summary>How long requests that began before a reload may go on with what they began with.</summary>
    private static readonly TimeSpan Retirement = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan RetirementLook = TimeSpan.FromSeconds(1);

    private readonly GatewayParts _parts;
    private readonly SemaphoreSlim _reloading = new(1, 1);
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _retired = [];
    private GatewayCore _core;
    private ProxyListeners? _listeners;
    private StreamListeners? _streams;
    private ApiServer? _admin;
    private ApiServer? _status;
    private ClusterListener? _cluster;
    private bool _hasEnded;

    private ApiServer? _manager;

    private GatewayHost(GatewaySettings settings, GatewayParts parts)
    {
        _parts = parts;
        _core = new GatewayCore(settings, parts, ConnectionFigures, predecessor: null);
        foreach (PluginLoader loader in parts.Loaders)
        {
            loader.BecameOutdated += LoadPluginsAnew;
        }
    }

    /// <summary>Where the proxy listens, in the order of <c>proxy_listen</c>, with the ports that the system gave for port 0.</summary>
    public ImmutableArray<EndPoint> ProxyEndPoints => _listeners?.EndPoints ?? [];

    /// <summary>The port of the Admin API; 0 when there is none.</summary>
    public int AdminPort => _admin?.Port ?? 0;

    /// <summary>The port of the Status API; 0 when there is none.</summary>
    public int StatusPort => _status?.Port ?? 0;

    /// <summary>The port on which data planes are awaited; 0 unless this is a control plane.</summary>
    public int ClusterPort => _cluster?.Addresses[0].Port ?? 0;

    /// <summary>Starts a gateway: when this returns it serves. A failure is one line that says what and where; nothing is left behind then, nor when it is cancelled.</summary>
    public static async Task<GatewayHost> StartAsync(GatewaySettings settings, GatewayParts parts, CancellationToken cancellation)
    {
        var host = new GatewayHost(settings, parts);
        try
        {
            await host.StartAsync(cancellation).ConfigureAwait(false);
            return host;
        }
        catch
        {
            await host.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Answers a request with the core of this moment; requests under way keep theirs.</summary>
    public ValueTask HandleAsync(Downstream exchange) => Volatile.Read(ref _core).Pipeline.HandleAsync(exchange);

    /// <summary>
    /// Reads the configuration again, and with it whatever settings have changed. What is wrong changes nothing: the gateway goes on as before.
    /// </summary>
    /// <exception cref="InvalidOperationException">The configuration or a setting is wrong; the message says what.</exception>
    public async Task ReloadAsync(GatewaySettings settings)
    {
        await _reloading.WaitAsync().ConfigureAwait(false);
        try
        {
            // Whoever reloads because a plugin server has another program now wants that one.
            if (settings.Raw.SaysTheSameAs(_core.Settings.Raw, static name => !IsDeclaration(name)) && settings.Plugins.Servers.IsEmpty && !_parts.Loaders.Any(static loader => loader.IsOutdated))
            {
                await _core.LoadAsync(settings.Database).ConfigureAwait(false);
                _core.ReopenLogs();
            }
            else
            {
                await ReplaceCoreAsync(settings, readsConfiguration: true).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            _core.LogReloadFailure(failure);
            throw;
        }
        finally
        {
            _reloading.Release();
        }
    }

    /// <summary>Opens the log files anew, after a rotation has moved them.</summary>
    public void ReopenLogs() => _core.ReopenLogs();

    /// <summary>Completes when what was written to the error log before is in its file.</summary>
    public Task FlushErrorLogAsync() => _core.ErrorLog.FlushAsync();

    /// <summary>Stops in order: accepts no more, finishes what is under way, then ends.</summary>
    public async Task QuitAsync(TimeSpan timeout)
    {
        await Task.WhenAll(_listeners?.CloseAsync(timeout) ?? Task.CompletedTask, _streams?.CloseAsync(timeout) ?? Task.CompletedTask).ConfigureAwait(false);

        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Stops at once.</summary>
    public Task StopAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        foreach (PluginLoader loader in _parts.Loaders)
        {
            loader.BecameOutdated -= LoadPluginsAnew;
        }

        await _reloading.WaitAsync().ConfigureAwait(false);
        _hasEnded = true;
        _reloading.Release();
        if (_listeners is not null)
        {
            await _listeners.DisposeAsync().ConfigureAwait(false);
        }

        if (_streams is not null)
        {
            await _streams.DisposeAsync().ConfigureAwait(false);
        }

        foreach (ApiServer? server in new[] { _admin, _status, _manager })
        {
            if (server is not null)
            {
                await server.DisposeAsync().ConfigureAwait(false);
            }
        }

        await CloseClusterAsync().ConfigureAwait(false);

        // What was exchanged a while ago may have processes of its own.
        await _ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_retired).ConfigureAwait(false);
        await _core.DisposeAsync().ConfigureAwait(false);
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        await _core.LoadAsync(_core.Settings.Database).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        _listeners = OpenListeners(_core);
        _streams = OpenStreams(_core);
        await _core.StartPluginsAsync(cancellation).ConfigureAwait(false);
        await StartApisAsync(_core).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        await _listeners.StartAsync().ConfigureAwait(false);
        _streams?.Start();
        _cluster = OpenCluster(_core);
        _cluster?.Start();
        _core.JoinCluster();
    }

    // Everything new is built beside the old and proved before anything is exchanged.
    private async Task ReplaceCoreAsync(GatewaySettings settings, bool readsConfiguration)
    {
        GatewayCore old = _core;
        var next = new GatewayCore(settings, _parts, ConnectionFigures, old);
        try
        {
            if (!readsConfiguration && !next.HasDatabase)
            {
                next.TakeConfigurationOf(old);
            }
            else if (!await next.LoadAsync(settings.Database).ConfigureAwait(false))
            {
                next.TakeConfigurationOf(old);
            }

            await next.StartPluginsAsync(CancellationToken.None).ConfigureAwait(false);
            await MoveDoorsAsync(old, next).ConfigureAwait(false);
        }
        catch
        {
            old.TakeUpstreamsBack(next);
            await next.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        Volatile.Write(ref _core, next);
        next.JoinCluster();
        await old.RetireAsync().ConfigureAwait(false);
        _retired.RemoveAll(static disposing => disposing.IsCompleted);
        _retired.Add(DisposeLaterAsync(old));
    }

    // Plugins are no longer what was loaded: the configuration stays what it is, and is held against what they say of it now.
    private void LoadPluginsAnew() => _ = Task.Run(async () =>
    {
        await _reloading.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_hasEnded)
            {
                await ReplaceCoreAsync(_core.Settings, readsConfiguration: false).ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            _core.LogReloadFailure(failure);
        }
        finally
        {
            _reloading.Release();
        }
    });

    // An address that cannot be had must not cost those that served so far.
    private async Task MoveDoorsAsync(GatewayCore old, GatewayCore next)
    {
        try
        {
            await ReopenDoorsAsync(old.Settings, next).ConfigureAwait(false);
        }
        catch
        {
            await ReopenDoorsAsync(next.Settings, old).ConfigureAwait(false);
            throw;
        }
    }

    // Doors whose addresses are the same stay open; the others close before the new ones open, since they may want the same ports.
    private async Task ReopenDoorsAsync(GatewaySettings before, GatewayCore next)
    {
        GatewaySettings settings = next.Settings;
        if (!before.Raw.SaysTheSameAs(settings.Raw, IsProxyDoor))
        {
            Task closing = _listeners!.CloseAsync(Retirement);
            _listeners = OpenListeners(next);
            await _listeners.StartAsync().ConfigureAwait(false);
            _ = closing;
        }

        if (!before.Raw.SaysTheSameAs(settings.Raw, IsStreamDoor))
        {
            Task closing = _streams?.CloseAsync(Retirement) ?? Task.CompletedTask;
            _streams = OpenStreams(next);
            _streams?.Start();
            _ = closing;
        }

        if (!before.Raw.SaysTheSameAs(settings.Raw, IsClusterDoor))
        {
            await CloseClusterAsync().ConfigureAwait(false);
            _cluster = OpenCluster(next);
            _cluster?.Start();
        }

        if (before.Raw.SaysTheSameAs(settings.Raw, IsApiDoor))
        {
            _admin?.Serve(next.AdminApi());
            _status?.Serve(next.StatusApi());
            _manager?.Serve(next.ManagerSite());
            return;
        }

        foreach (ApiServer? server in new[] { _admin, _status, _manager })
        {
            if (server is not null)
            {
                await server.DisposeAsync().ConfigureAwait(false);
            }
        }

        await StartApisAsync(next).ConfigureAwait(false);
    }

    private async Task StartApisAsync(GatewayCore core)
    {
        GatewaySettings settings = core.Settings;
        _admin = await ApiServer.StartAsync(settings.Listeners.Admin, settings.Tls.Admin, core.AdminApi()).ConfigureAwait(false);
        _status = await ApiServer.StartAsync(settings.Listeners.Status, settings.Tls.Status, core.StatusApi()).ConfigureAwait(false);
        _manager = !settings.Listeners.ServesManager ? null
            : await ApiServer.StartAsync(settings.Listeners.Manager, settings.Tls.Manager, core.ManagerSite()).ConfigureAwait(false);
    }

    private static bool IsDeclaration(string name) => name is "declarative_config" or "declarative_config_string";

    // What the listeners have taken over when they opened: addresses, TLS, and the limits that nginx's directives set.
    private static bool IsProxyDoor(string name) => name == "proxy_listen" || IsDoorsOwn(name);

    private static bool IsStreamDoor(string name) => name == "stream_listen" || IsDoorsOwn(name);

    private static bool IsDoorsOwn(string name) => name.StartsWith("ssl_", StringComparison.Ordinal) || name.StartsWith("nginx_", StringComparison.Ordinal);

    private static bool IsApiDoor(string name) =>
        name is "admin_listen" or "status_listen" or "admin_gui_listen" || name.StartsWith("admin_ssl_", StringComparison.Ordinal)
        || name.StartsWith("admin_gui_ssl_", StringComparison.Ordinal)
        || name.StartsWith("status_ssl_", StringComparison.Ordinal);

    private static bool IsClusterDoor(string name) => name is "cluster_listen" or "role";

    // Data planes are served by the core of the moment; those that the one before served come again.
    private ClusterListener? OpenCluster(GatewayCore core) =>
        ClusterListener.Open(core.Settings.Listeners.Cluster, () => _core.ControlPlane ?? core.ControlPlane!);

    private async ValueTask CloseClusterAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Sessions are served by the core of the moment; the one that these listeners belong to serves until it is that.
    private StreamListeners? OpenStreams(GatewayCore core) => core.Streams is not { } own ? null
        : StreamListeners.Open(
            StreamGateway.Listeners(core.Settings, () => _core.Snapshot, () => _core.Streams ?? own), out ListenFailure? failure)
            ?? throw new InvalidOperationException(failure!.ToString());

    private ProxyListeners OpenListeners(GatewayCore core) =>
        ProxyListeners.Open(ListenerOptions(core.Settings), out ListenFailure? failure) ?? throw new InvalidOperationException(failure!.ToString());

    // The core of the moment, since listeners outlive the core they were opened with.
    private ProxyListenerOptions ListenerOptions(GatewaySettings settings) => ProxySettingsReader.Listeners(
        settings, () => _core.Snapshot, this, handshake => _core.CertificatePhase.RunAsync(handshake), new ErrorLogLoggers(() => _core.ErrorLog));

    private ConnectionStatistics ConnectionFigures() => _listeners is { } listeners ? ProxySettingsReader.Statistics(listeners.Counters) : default;

    private async Task DisposeLaterAsync(GatewayCore old)
    {
        long began = Stopwatch.GetTimestamp();
        int quiet = 0;
        while (quiet < 2 && Stopwatch.GetElapsedTime(began) < Retirement && !_ending.IsCancellationRequested)
        {
            await Task.Delay(RetirementLook, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // Whoever took it in the moment of the exchange is in by the second look.
            quiet = old.IsIdle ? quiet + 1 : 0;
        }

        await old.DisposeAsync().ConfigureAwait(false);
    }
}
