using System.Collections.Concurrent;
using Gibbon.Clustering.Rpc;
using Gibbon.Observability;
using Gibbon.Settings;
using Gibbon.Storage;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>
/// The side of a control plane that is called (<c>cluster_rpc</c>): knows the data planes on <c>/v2/outlet</c>, and with <c>cluster_incremental_sync</c> tells them of every new version.
/// </summary>
internal sealed class RpcControlPlane : IAsyncDisposable
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(2);

    private readonly ConcurrentDictionary<RpcSession, bool> _sessions = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Signal _changed = new();
    private readonly RpcRelay? _relay;
    private Task? _telling;

    public RpcControlPlane(ControlPlaneParts parts, DataPlaneRecords records)
    {
        Parts = parts;
        Records = records;
        Source = parts.Storage.Deltas is { } log ? new SyncSource(parts.Storage, log, parts.Time) : null;
        _relay = parts.Storage.Shared is { } shared ? new RpcRelay(shared.Server, FindAll, NoteChange, parts) : null;
        parts.Storage.Overtaken += NoteOvertaken;
    }

    public ControlPlaneParts Parts { get; }

    public DataPlaneRecords Records { get; }

    /// <summary>What data planes are told of; null without <c>cluster_incremental_sync</c>.</summary>
    public SyncSource? Source { get; }

    /// <summary>What this node can do for data planes.</summary>
    public IReadOnlyList<string> Capabilities => Source is null ? [] : [RpcHello.Sync];

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

    /// <summary>Something may have been written.</summary>
    public void NoteChange() => _changed.Raise();

    public async ValueTask DisposeAsync()
    {
        Parts.Storage.Overtaken -= NoteOvertaken;
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
        if (Parts.Storage is { Deltas: { } log, Shared: null })
        {
            _ = NoteUnknownAsync(log);
        }
    }

    private async Task NoteUnknownAsync(Storage.Deltas.DeltaLog log)
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
        while (!ending.IsCancellationRequested)
        {
            try
            {
                long latest = await source.LookAsync(ending).ConfigureAwait(false);
                if (latest > told)
                {
                    foreach (RpcSession session in _sessions.Keys)
                    {
                        session.Tell();
                    }

                    _relay?.Tell(latest, [.. _sessions.Keys.Select(static session => session.Id).OfType<Guid>()]);
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
}
