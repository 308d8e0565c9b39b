using System.Collections.Concurrent;
using System.Globalization;
using Gibbon.Clustering.Compatibility;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Postgres.Events;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>
/// Brings the configuration in the database to the data planes that are connected: at once when they come, and whenever it has changed. Many changes make one push:
/// Kong's data planes, which build everything anew, get one in <c>db_update_frequency</c>; ours, which change what has changed, as often as it costs little.
/// </summary>
internal sealed class ControlPlane : IAsyncDisposable
{
    // A push that took a second is followed by twenty without one.
    private const int Leisure = 20;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);

    private readonly ControlPlaneParts _parts;
    private readonly ConcurrentDictionary<DataPlaneSession, bool> _sessions = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Signal _changed = new();
    private readonly SemaphoreSlim _exporting = new(1, 1);
    private readonly IDisposable _subscription;
    private volatile Export? _latest;
    private long _version;
    private bool _isAloneNoted;
    private Task? _pushing;

    public ControlPlane(ControlPlaneParts parts)
    {
        _parts = parts;
        Certificate = ClusterCertificate.Load(parts.Settings.Hybrid);
        Clients = new ClientCheck(Certificate, parts.Settings.Hybrid, parts.Times, parts.Time);
        Compatibility = new CompatibilityCheck(parts.Plugins);
        Records = new DataPlaneRecords(parts.Storage, parts.Settings.Hybrid.DataPlanePurgeDelay, parts.Log);
        Rpc = parts.Settings.Hybrid.Rpc || parts.Storage.Deltas is not null ? new RpcControlPlane(parts, Records, Compatibility) : null;
        parts.Storage.Written += NoteWritten;
        parts.Storage.Invalidated += NoteInvalidated;
        parts.Storage.Overtaken += NoteChange;
        _subscription = parts.Events.Subscribe(ClusterEvent.PushConfiguration, _ => NoteChange());
    }

    public ControlPlaneParts Parts => _parts;

    public ClusterCertificate Certificate { get; }

    public ClientCheck Clients { get; }

    public CompatibilityCheck Compatibility { get; }

    public DataPlaneRecords Records { get; }

    /// <summary>Serves data planes that are called: those of ours, and with <c>cluster_rpc</c> whoever comes to <c>/v2/outlet</c>; null when there are none of either.</summary>
    public RpcControlPlane? Rpc { get; }

    public void Start()
    {
        Rpc?.Start();
        ClusterCertificate.NoteExpiry(Certificate.Own.Leaf, "the certificate of the cluster", _parts.Time.GetUtcNow(), _parts.Times, _parts.Log);
        _pushing = Task.Run(PushAsync);
    }

    /// <summary>Serves a data plane until one side has had enough.</summary>
    public async Task ServeAsync(DataPlaneSession session, CancellationToken ending)
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
        finally
        {
            _sessions.TryRemove(session, out _);
        }
    }

    /// <summary>From now on the data plane is told of every change.</summary>
    public void Enlist(DataPlaneSession session) => _sessions.TryAdd(session, true);

    /// <summary>The configuration as it is now: read again only if it may have changed.</summary>
    /// <exception cref="Pdk.EntityException">The database cannot be read.</exception>
    public async ValueTask<PushedConfiguration> CurrentAsync(CancellationToken cancellation)
    {
        if (_latest is { } known && known.Version == Volatile.Read(ref _version))
        {
            return known.Configuration;
        }

        await _exporting.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            long version = Volatile.Read(ref _version);
            if (_latest is { } just && just.Version == version)
            {
                return just.Configuration;
            }

            _parts.Log.Write(LogSeverity.Debug, "[clustering] exporting config");
            EntitySchemas schemas = _parts.Storage.Live.Schemas;
            IReadOnlyDictionary<string, IReadOnlyList<ValueMap>> all = await _parts.Storage.ReadAtOnceAsync(cancellation).ConfigureAwait(false);
            PushedConfiguration made = PushedConfiguration.Of(schemas, DeclarativeTable.Of(schemas, all), _parts.Time.GetUtcNow());
            _latest = new Export(version, made);
            _parts.Composed(all.Values.Sum(static kind => kind.Count));
            return made;
        }
        finally
        {
            _exporting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _parts.Storage.Written -= NoteWritten;
        _parts.Storage.Invalidated -= NoteInvalidated;
        _parts.Storage.Overtaken -= NoteChange;
        _subscription.Dispose();
        await _ending.CancelAsync().ConfigureAwait(false);
        if (_pushing is not null)
        {
            await _pushing.ConfigureAwait(false);
        }

        if (Rpc is not null)
        {
            await Rpc.DisposeAsync().ConfigureAwait(false);
        }

        await Records.FlushAsync().ConfigureAwait(false);
        Clients.Dispose();
    }

    private void NoteWritten(ChangedEntity change)
    {
        if (_parts.Storage.Live.Schemas.Find(change.SchemaName) is not { Exported: false })
        {
            NoteChange();
        }
    }

    // Nodes that are no control planes tell of what they write by what is to be forgotten.
    private void NoteInvalidated(string key) => NoteChange();

    private void NoteChange()
    {
        Interlocked.Increment(ref _version);
        Rpc?.NoteChange();
        _changed.Raise();
    }

    private async Task PushAsync()
    {
        CancellationToken ending = _ending.Token;
        TimeSpan interval = _parts.Settings.Cache.UpdateFrequency;
        long? lastForAll = null;
        bool isOwed = false;
        while (!ending.IsCancellationRequested)
        {
            try
            {
                TimeSpan rest = isOwed ? interval - _parts.Time.GetElapsedTime(lastForAll!.Value) : Timeout.InfiniteTimeSpan;
                await _changed.WaitAsync(isOwed && rest < TimeSpan.Zero ? TimeSpan.Zero : rest, ending).ConfigureAwait(false);
                bool forAll = lastForAll is not { } last || _parts.Time.GetElapsedTime(last) >= interval;
                isOwed = !forAll && _sessions.Keys.Any(static session => !session.IsGibbon);
                if (!_sessions.Keys.Any(session => forAll || session.IsGibbon))
                {
                    // Whoever comes next gets what is true then.
                    NoteAlone();
                    continue;
                }

                long began = _parts.Time.GetTimestamp();
                bool isDone = await PushOnceAsync(forAll, ending).ConfigureAwait(false);
                lastForAll = forAll ? began : lastForAll;
                TimeSpan pause = _parts.Time.GetElapsedTime(began) * Leisure + ShortestPause;
                await Task.Delay(isDone && pause < interval ? pause : interval, _parts.Time, ending).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
        }
    }

    // Once, until somebody was there.
    private void NoteAlone()
    {
        if (!_isAloneNoted && _sessions.IsEmpty)
        {
            _isAloneNoted = true;
            _parts.Log.Write(LogSeverity.Debug, "[clustering] skipping config push (no connected clients)");
        }
    }

    private async ValueTask<bool> PushOnceAsync(bool forAll, CancellationToken ending)
    {
        _isAloneNoted = false;
        long began = _parts.Time.GetTimestamp();
        try
        {
            await CurrentAsync(ending).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _parts.Log.Write(LogSeverity.Error, $"[clustering] unable to export config from database: {failure.Message}");
            NoteChange();
            return false;
        }

        int count = 0;
        foreach (DataPlaneSession session in _sessions.Keys.Where(session => forAll || session.IsGibbon))
        {
            session.Push();
            count++;
        }

        string took = _parts.Time.GetElapsedTime(began).TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        _parts.Log.Write(LogSeverity.Debug, $"[clustering] config pushed to {count} data-plane nodes in {took} seconds");
        return true;
    }

    // What was read, and how many changes there had been before it was.
    private sealed record Export(long Version, PushedConfiguration Configuration);
}
