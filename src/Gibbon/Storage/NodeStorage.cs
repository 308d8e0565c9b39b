using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Deltas;
using Gibbon.Storage.Postgres;
using Gibbon.Storage.Postgres.Events;
using Gibbon.Storage.Sql;
using Gibbon.Storage.Sqlite;
using Gibbon.Storage.Versions;
using Gibbon.Storage.Applying;
using Gibbon.Threading;

namespace Gibbon.Storage;

/// <summary>
/// Where the entities of this node are, as the settings say: in memory alone, or in a database, of which memory holds what requests read. A change is in
/// the database first, then in memory, and only then is whoever made it told.
/// </summary>
internal sealed class NodeStorage : IAsyncDisposable
{
    private const int PageSize = 1000;

    private readonly SqlEntityStore? _sql;
    private readonly ErrorLog _log;
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _work = [];
    private SqlEntityStore? _replica;
    private EventReader? _reader;
    private bool _isPrepared;

    private NodeStorage(EntityStore live, IEntityStore entities, TimeProvider clock, int versions, ErrorLog log)
    {
        Live = live;
        Entities = entities;
        _log = log;
        _sql = entities as SqlEntityStore;
        if (_sql is not null)
        {
            _sql.Committed = TakeAsync;
            Deltas = _sql.Deltas is { } writer ? new DeltaLog(_sql.Database, writer) : null;
        }

        DeclarativeLoader loader = new(live.Schemas, clock);
        if (_sql is not null)
        {
            Configuration = new ConfigurationChanger(_sql, new SqlVersionLog(_sql.Database), loader, live.Schemas, () => Workspace);
        }
        else
        {
            MemoryVersionLog kept = new(live, versions, clock);
            live.InEffect = kept.Add;
            Configuration = new ConfigurationChanger(new MemoryWholeStore(live, kept), kept, loader, live.Schemas, () => Workspace);
        }
    }

    /// <summary>The entities in memory: all of them without a database, else those that requests read (<see cref="LiveKinds"/>).</summary>
    public EntityStore Live { get; }

    /// <summary>Where entities are read and written.</summary>
    public IEntityStore Entities { get; }

    /// <summary>The versions of the configuration for data planes; null unless this node writes them down.</summary>
    public DeltaLog? Deltas { get; }

    /// <summary>Changes all of them together, and knows the versions that there were.</summary>
    public ConfigurationChanger Configuration { get; }

    /// <summary>Where requests read, which may be a replica that lags behind a little.</summary>
    public IEntityStore ForRequests => _replica is null ? Entities : new ReplicaReads(Entities, _replica);

    public bool HasDatabase => _sql is not null;

    /// <summary>The database, when other nodes may share it.</summary>
    public PostgresDatabase? Shared => _sql?.Database as PostgresDatabase;

    /// <summary>What the nodes on a shared database tell each other.</summary>
    public ClusterEvents? Cluster { get; private set; }

    /// <summary>The workspace that everything is in.</summary>
    public Guid Workspace => Shared?.Workspace ?? DeclarativeLoader.DefaultWorkspace;

    /// <summary>Told what was written, once it is live and before whoever wrote it hears of it; not of what was to be silent.</summary>
    public event Action<ChangedEntity>? Written;

    /// <summary>Told that anything may have changed: somebody else wrote to the database and did not say what.</summary>
    public event Action? Overtaken;

    /// <summary>Told that another node has changed something and did not write down what for data planes, as Kong's do not.</summary>
    public event Action? Unexplained;

    /// <summary>Told the key, as Kong's nodes have it in their caches, of something that another node has changed; memory has the change by then.</summary>
    public event Action<string>? Invalidated;

    /// <summary>Opens what the settings name.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="schemas">What is to be stored.</param>
    /// <param name="node">The id of this node, by which others know who says something.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">Where it is said what goes wrong.</param>
    /// <exception cref="InvalidOperationException">It cannot be opened; the message says why.</exception>
    public static NodeStorage Open(GatewaySettings settings, EntitySchemas schemas, Guid node, TimeProvider clock, ErrorLog log)
    {
        EntityStore live = new(schemas);
        if (Databases.Open(settings, schemas, node, clock) is not { } sql)
        {
            return new NodeStorage(live, new MemoryEntities(live, clock), clock, settings.Admin.Versions, log);
        }

        NodeStorage storage = new(live, sql, clock, settings.Admin.Versions, log);
        storage.Repeat(settings.Cache.TtlCleanupInterval, clock, sql.RemoveExpiredAsync);
        if (sql.Database is SqliteDatabase file)
        {
            storage.Repeat(settings.Cache.UpdateFrequency, clock, cancellation => storage.FollowAsync(file, cancellation));
        }
        else if (sql.Database is PostgresDatabase server)
        {
            storage.Join(server, settings, clock);
        }

        return storage;
    }

    /// <summary>Reads from the database what requests need, and puts it in the place of what is in memory; one change, whatever differs.</summary>
    /// <exception cref="InvalidOperationException">It cannot be read, or cannot be used; the message says why, and nothing has changed.</exception>
    public async ValueTask LoadAsync(CancellationToken cancellation = default)
    {
        if (_sql is null)
        {
            return;
        }

        if (!_isPrepared)
        {
            await _sql.Database.PrepareAsync(_sql.Tables).ConfigureAwait(false);
            if (_sql.Deltas is null && _sql.Database is SqliteDatabase)
            {
                // A control plane may have this file another time, and must not take what is written now for what it knows.
                await DeltaLog.BreakAsync(_sql.Database, cancellation).ConfigureAwait(false);
            }

            // What happens from here on is heard, and what happened before is read.
            if (Cluster is { } cluster)
            {
                await cluster.StartAsync(cancellation).ConfigureAwait(false);
            }

            _isPrepared = true;
        }

        await _sql.InTurnAsync(() => ReplaceAsync(cancellation), cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether the database answers.</summary>
    public async ValueTask<bool> IsReachableAsync(CancellationToken cancellation = default) =>
        _sql is null || (await _sql.PageAsync(Schema("workspaces"), new EntityQuery { Size = 1 }, cancellation).ConfigureAwait(false)).IsOk;

    /// <summary>The id that all nodes on this database have in common; null without one.</summary>
    public async ValueTask<Result<Guid?>> ReadClusterIdAsync()
    {
        (object? found, EntityError? error) = await Entities.SelectByAsync(Schema("parameters"), "key", "cluster_id").ConfigureAwait(false);
        return error is not null ? Result.Failure<Guid?>(error.ToString())
            : found is Pdk.Entities.Parameter parameter && Guid.TryParse(parameter.Value, out Guid id) ? (Guid?)id
            : (Guid?)null;
    }

    /// <summary>Everything in the database that goes to other nodes, as values, as it is at one moment.</summary>
    /// <param name="take">Gets each entity, kind by kind.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="EntityException">It cannot be read; some may have been taken.</exception>
    public ValueTask ReadAtOnceAsync(Action<Schema, ValueMap> take, CancellationToken cancellation = default) =>
        _sql!.ReadAtOnceAsync(Live.Schemas.All.Where(static schema => schema.Exported), take, cancellation);

    /// <summary>The same, by kind; of a large database that is much.</summary>
    /// <exception cref="EntityException">It cannot be read.</exception>
    public async ValueTask<IReadOnlyDictionary<string, IReadOnlyList<ValueMap>>> ReadAtOnceAsync(CancellationToken cancellation = default)
    {
        Dictionary<string, IReadOnlyList<ValueMap>> all = new(StringComparer.Ordinal);
        await ReadAtOnceAsync(
            (schema, entity) =>
            {
                if (!all.TryGetValue(schema.Name, out IReadOnlyList<ValueMap>? kind))
                {
                    all[schema.Name] = kind = new List<ValueMap>();
                }

                ((List<ValueMap>)kind).Add(entity);
            },
            cancellation).ConfigureAwait(false);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_work).ConfigureAwait(false);
        if (Cluster is { } cluster)
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
        }

        if (_replica is { } replica)
        {
            await replica.Database.DisposeAsync().ConfigureAwait(false);
        }

        if (_sql is not null)
        {
            await _sql.Database.DisposeAsync().ConfigureAwait(false);
        }

        _ending.Dispose();
    }

    // Another process may write to the same file: "config db_import" beside a running node.
    private async ValueTask FollowAsync(SqliteDatabase database, CancellationToken cancellation)
    {
        if (await database.WasWrittenByOthersAsync(cancellation).ConfigureAwait(false))
        {
            await LoadAsync(cancellation).ConfigureAwait(false);
            Overtaken?.Invoke();
        }
    }

    private void Join(PostgresDatabase server, GatewaySettings settings, TimeProvider clock)
    {
        _reader = new EventReader(Live, Entities, LiveKinds.Has, () => Workspace);
        _replica = settings.Database.PostgresReadOnly is { } replica ? ReplicaReads.Open(replica, settings, _sql!.Tables, server, clock) : null;
        Cluster = new ClusterEvents(server.Server, server.Events, settings.Cache, clock, _log) { Arrived = HearAsync, Missed = CatchUpAsync, Unexplained = () => Unexplained?.Invoke() };
        Repeat(settings.Cache.TtlCleanupInterval, clock, cancellation => ClusterEventTable.RemoveExpiredAsync(server.Server, cancellation));
    }

    private async ValueTask CatchUpAsync(CancellationToken cancellation)
    {
        await LoadAsync(cancellation).ConfigureAwait(false);
        Overtaken?.Invoke();
        Unexplained?.Invoke();
    }

    // Other nodes have written something.
    private async ValueTask HearAsync(IReadOnlyList<ClusterEvent> events, CancellationToken cancellation)
    {
        await _sql!.InTurnAsync(
            async () =>
            {
                try
                {
                    IReadOnlyList<ChangedEntity>? changes = await _reader!.ReadAsync(events, cancellation).ConfigureAwait(false);
                    if (changes is null || !TryApply(changes))
                    {
                        await ReplaceAsync(cancellation).ConfigureAwait(false);
                    }
                }
                catch (Exception failure) when (failure is not (EntityException or DatabaseException or OperationCanceledException))
                {
                    // Hearing it again would not help, as it does when the database was away: somebody wrote what this node has no use for.
                    _log.Write(LogSeverity.Error, $"[gibbon] a change of another node could not be put into effect: {failure.Message}");
                }
            },
            cancellation).ConfigureAwait(false);
        foreach (ClusterEvent told in events.Where(EventReader.IsInvalidation))
        {
            Invalidated?.Invoke(told.Data);
        }
    }

    private void Repeat(TimeSpan interval, TimeProvider clock, Func<CancellationToken, ValueTask> work)
    {
        if (interval > TimeSpan.Zero)
        {
            _work.Add(RepeatAsync(interval, clock, work));
        }
    }

    private async Task RepeatAsync(TimeSpan interval, TimeProvider clock, Func<CancellationToken, ValueTask> work)
    {
        using PeriodicTimer timer = new(interval, clock);
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false);
                await work(_ending.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                _log.Write(LogSeverity.Error, $"[gibbon] the database: {failure.Message}");
            }
        }
    }

    private ValueTask TakeAsync(IReadOnlyList<ChangedEntity> changes)
    {
        TryApply([.. changes.Where(static change => LiveKinds.Has(change.SchemaName))]);
        foreach (ChangedEntity change in changes.Where(static change => !change.Silent))
        {
            LongWork.GiveWay();
            Written?.Invoke(change);
        }

        return ValueTask.CompletedTask;
    }

    private bool TryApply(IReadOnlyList<ChangedEntity> changes)
    {
        try
        {
            if (changes.Count > 0)
            {
                Live.Apply(changes);
            }

            return true;
        }
        catch (Exception failure)
        {
            // It is written and will be tried again with the next change or start; requests go on with what they have.
            _log.Write(LogSeverity.Error, $"[gibbon] a change could not be put into effect: {failure.Message}");
            return false;
        }
    }

    private async ValueTask ReplaceAsync(CancellationToken cancellation)
    {
        Dictionary<string, IReadOnlyList<object>> entities = new(StringComparer.Ordinal);
        foreach (Schema schema in Live.Schemas.All.Where(static schema => LiveKinds.Has(schema.Name)))
        {
            entities[schema.Name] = await ReadAllAsync(schema, cancellation).ConfigureAwait(false);
        }

        await _sql!.Database.Dialect.StepAsideAsync().ConfigureAwait(false);

        CheckPlugins(entities["plugins"]);
        Live.Replace(new DeclarativeConfiguration { Entities = entities, Hash = ConfigurationHash.Empty, Transform = false });
    }

    private async ValueTask<IReadOnlyList<object>> ReadAllAsync(Schema schema, CancellationToken cancellation)
    {
        List<object> all = [];
        string? offset = null;
        do
        {
            (EntityPage<object>? page, EntityError? error) =
                await Entities.PageAsync(schema, new EntityQuery { Size = PageSize, Offset = offset }, cancellation).ConfigureAwait(false);
            if (page is null)
            {
                throw new DatabaseException($"could not read '{schema.Name}' from the database: {error}");
            }

            all.AddRange(page.Entities);
            offset = page.NextOffset;
        }
        while (offset is not null);
        return all;
    }

    private void CheckPlugins(IReadOnlyList<object> plugins)
    {
        IReadOnlyDictionary<string, Schema> enabled = Schema("plugins").Subschemas;
        if (plugins.Cast<Pdk.Entities.Plugin>().FirstOrDefault(plugin => !enabled.ContainsKey(plugin.Name)) is { } unknown)
        {
            throw new InvalidOperationException($"{unknown.Name} plugin is in use but not enabled");
        }
    }

    private Schema Schema(string name) => Live.Schemas.Find(name)!;
}
