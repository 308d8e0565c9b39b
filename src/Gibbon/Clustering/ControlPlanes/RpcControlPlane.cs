using System.Collections.Concurrent;
using System.Collections.Frozen;
using Gibbon.Clustering.Compatibility;
using Gibbon.Clustering.Rpc;
using Gibbon.Observability;
using Gibbon.Pdk.Entities;
using Gibbon.Settings;
using Gibbon.Storage;
using Gibbon.Storage.Deltas;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>
/// The side of a control plane that calls and is called: knows the data planes of ours, and with <c>cluster_rpc</c> those on <c>/v2/outlet</c>. Ours are told of every new version, Kong's
/// with <c>cluster_incremental_sync</c>.
/// </summary>
internal sealed class RpcControlPlane : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentDictionary<RpcSession, bool> _sessions = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Signal _changed = new();
    private readonly RpcRelay? _relay;
    private readonly CompatibilityCheck _compatibility;
    private Task? _telling;
    private Configured _configured = new(null, FrozenSet<string>.Empty);

    public RpcControlPlane(ControlPlaneParts parts, DataPlaneRecords records, CompatibilityCheck compatibility)
    {
        Parts = parts;
        Records = records;
        _compatibility = compatibility;
        Source = parts.Storage.Deltas is { } log ? new SyncSource(parts.Storage, log, parts.Time, parts.Composed) : null;
        _relay = parts.Settings.Hybrid.Rpc && parts.Storage.Shared is { } shared ? new RpcRelay(shared.Server, FindAll, NoteChange, parts) : null;
        parts.Storage.Overtaken += NoteOvertaken;
        parts.Storage.Unexplained += NoteUnexplained;
    }

    public ControlPlaneParts Parts { get; }

    public DataPlaneRecords Records { get; }

    /// <summary>What data planes are told of; null without a database.</summary>
    public SyncSource? Source { get; }

    /// <summary>What this node can do for data planes.</summary>
    public IReadOnlyList<string> Capabilities => TellsKong ? [RpcHello.Sync] : [];

    /// <summary>Whether Kong's data planes are told of changes too.</summary>
    public bool TellsKong => Source is not null && Parts.Settings.Hybrid.IncrementalSync;

    public void Start()
    {
        _telling = Source is { } source ? Task.Run(() => TellAsync(source)) : null;
        _relay?.Start();
    }

    /// <summary>Serves a data plane until one side has had enough.</summary>
    public async Task ServeAsync(RpcSession session, CancellationToken ending)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token, ending);
        try
        {
            await session.RunAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The node ends.
        }
    }

    public void Enlist(RpcSession session)
    {
        _sessions[session] = true;
        if (session.Id is { } id)
        {
            _relay?.Want(id);
        }
    }

    public void Strike(RpcSession session)
    {
        _sessions.TryRemove(session, out _);
        if (session.Id is { } id && !FindAll(id).Any())
        {
            _relay?.Unwant(id);
        }
    }

    /// <summary>The plugins that are configured; the same object as long as they are the same.</summary>
    public Configured PluginsConfigured()
    {
        EntityTable plugins = Parts.Storage.Live.Current["plugins"];
        Configured configured = _configured;
        if (configured.Plugins != plugins)
        {
            _configured = configured = new Configured(plugins, plugins.All.Cast<Plugin>().Select(static plugin => plugin.Name).ToFrozenSet(StringComparer.Ordinal));
        }

        return configured;
    }

    /// <summary>Whether a data plane of ours can run the plugins that are configured.</summary>
    public Verdict Judge(KnownDataPlane plane, Configured configured) => _compatibility.OfConfiguration(configured.Names, plane.Plugins);

    /// <summary>What a data plane that is connected to <c>/v2/outlet</c> here says that it can do; null when it is not.</summary>
    public IReadOnlyList<string>? CapabilitiesOf(string? node) => Guid.TryParse(node, out Guid id) ? FindAll(id).FirstOrDefault()?.Capabilities : null;

    /// <summary>Something may have been written.</summary>
    public void NoteChange() => _changed.Raise();

    public async ValueTask DisposeAsync()
    {
        Parts.Storage.Overtaken -= NoteOvertaken;
        Parts.Storage.Unexplained -= NoteUnexplained;
        await _ending.CancelAsync().ConfigureAwait(false);
        if (_telling is not null)
        {
            await _telling.ConfigureAwait(false);
        }

        if (_relay is not null)
        {
            await _relay.DisposeAsync().ConfigureAwait(false);
        }
    }

    private IEnumerable<RpcSession> FindAll(Guid id) => _sessions.Keys.Where(session => session.Id == id);

    // Another process has written to the file and perhaps not said what.
    private void NoteOvertaken()
    {
        if (Parts.Storage.Shared is null)
        {
            NoteUnexplained();
        }
    }

    // With cluster_incremental_sync all nodes on a database write down what they change.
    private void NoteUnexplained()
    {
        if (Parts.Storage is { Deltas: { } log } && (Parts.Storage.Shared is null || !Parts.Settings.Hybrid.IncrementalSync))
        {
            _ = NoteUnknownAsync(log);
        }
    }

    private async Task NoteUnknownAsync(DeltaLog log)
    {
        try
        {
            await log.AddUnknownAsync(_ending.Token).ConfigureAwait(false);
            NoteChange();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Complain(failure);
        }
    }

    private async Task TellAsync(SyncSource source)
    {
        CancellationToken ending = _ending.Token;
        long told = 0;
        bool isSure = Parts.Settings.Hybrid.IncrementalSync;
        while (!ending.IsCancellationRequested)
        {
            try
            {
                long latest = await source.LookAsync(ending).ConfigureAwait(false);
                if (!isSure && (latest == 0 || Parts.Storage.Shared is not null))
                {
                    // Whoever wrote while nobody looked may not have said what.
                    await Parts.Storage.Deltas!.AddUnknownAsync(ending).ConfigureAwait(false);
                    latest = await source.LookAsync(ending).ConfigureAwait(false);
                }

                isSure = true;
                if (latest > told)
                {
                    Parts.Log.Write(LogSeverity.Debug, $"[kong.sync.v2] notifying all nodes of new version: {latest}");
                    foreach (RpcSession session in _sessions.Keys)
                    {
                        session.Tell();
                    }

                    if (TellsKong)
                    {
                        _relay?.Tell(latest, [.. _sessions.Keys.Select(static session => session.Id).OfType<Guid>()]);
                    }

                    told = latest;
                }

                await Task.Delay(ShortestPause, ending).ConfigureAwait(false);

                // Whoever shares the database may write without a word.
                await _changed.WaitAsync(Parts.Settings.Cache.UpdateFrequency, ending).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                Complain(failure);
                await Task.Delay(Parts.Times.Handshake, Parts.Time, ending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Complain(Exception failure) => Parts.Log.Write(LogSeverity.Error, $"[kong.sync.v2] unable to find the newest version: {failure.Message}");

    /// <summary>The plugins that are configured, by name, of one version of what is in memory.</summary>
    internal sealed record Configured(EntityTable? Plugins, FrozenSet<string> Names);
}
