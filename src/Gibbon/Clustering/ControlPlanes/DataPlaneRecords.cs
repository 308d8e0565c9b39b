using System.Diagnostics;
using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage;

namespace Gibbon.Clustering.ControlPlanes;

/// <summary>
/// Keeps <c>clustering_data_planes</c>: a row for each data plane, gone when nothing is heard of it for long enough. What many data planes report at once is written together, and of
/// several reports of one the last. After what took long comes a longer pause: who is told of a change comes before the note that others have it.
/// </summary>
internal sealed class DataPlaneRecords(NodeStorage storage, TimeSpan life, ErrorLog log)
{
    private const int MostAtOnce = 200;
    private const int Leisure = 20;
    private const int LeastLeisure = 4;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    private readonly Schema _schema = storage.Live.Schemas.Find("clustering_data_planes")!;
    private readonly Lock _gate = new();
    private Dictionary<string, DataPlaneState> _waiting = new(StringComparer.Ordinal);
    private TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;
    private bool _isHurried;
    private TimeSpan _took;
    private long _ended;

    /// <summary>Writes the row. What is wrong with it is logged, and nothing else: the data plane need not suffer for it.</summary>
    /// <returns>Done when it is written; nobody has to wait for it.</returns>
    public Task WriteAsync(DataPlaneState state)
    {
        lock (_gate)
        {
            _waiting[state.Node.Id ?? ""] = state;
            Task written = _written.Task;
            if (!_isWriting)
            {
                _isWriting = true;
                _writing = Task.Run(WriteAllAsync);
            }

            return written;
        }
    }

    /// <summary>Waits until everything is written, and lets nothing wait for that any more.</summary>
    public Task FlushAsync()
    {
        lock (_gate)
        {
            _isHurried = true;
            return _writing;
        }
    }

    private async Task WriteAllAsync()
    {
        while (true)
        {
            if (!Volatile.Read(ref _isHurried) && _took > TimeSpan.FromMilliseconds(1))
            {
                // While changes follow each other, writing takes a twentieth of the time; after a rest it waits only until those who are told first have been.
                TimeSpan rest = Shorter(_took * Leisure, LongestPause) - Stopwatch.GetElapsedTime(_ended);
                TimeSpan least = Shorter(_took * LeastLeisure, LongestDelay);
                await Task.Delay(rest > least ? rest : least).ConfigureAwait(false);
            }

            long began = Stopwatch.GetTimestamp();
            Dictionary<string, DataPlaneState> states;
            TaskCompletionSource written;
            lock (_gate)
            {
                if (_waiting.Count == 0)
                {
                    _isWriting = false;
                    return;
                }

                (states, _waiting) = (_waiting, new Dictionary<string, DataPlaneState>(StringComparer.Ordinal));
                (written, _written) = (_written, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            foreach (DataPlaneState[] some in states.Values.Chunk(MostAtOnce))
            {
                await WriteTogetherAsync(some).ConfigureAwait(false);
            }

            _ended = Stopwatch.GetTimestamp();
            _took = Stopwatch.GetElapsedTime(began, _ended);
            written.SetResult();
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private async ValueTask WriteTogetherAsync(DataPlaneState[] states)
    {
        List<(DataPlaneState State, EntityWrite Write)> writes = [];
        foreach (DataPlaneState state in states)
        {
            EntityWrite? write = Write(state, out string? problem);
            if (write is not null)
            {
                writes.Add((state, write));
            }
            else
            {
                Complain(state, problem!);
            }
        }

        if (writes.Count > 1 && await ProblemAsync([.. writes.Select(static one => one.Write)]).ConfigureAwait(false) is null)
        {
            return;
        }

        // One by one, to find which of them it is.
        foreach ((DataPlaneState state, EntityWrite write) in writes)
        {
            if (await ProblemAsync([write]).ConfigureAwait(false) is { } problem)
            {
                Complain(state, problem);
            }
        }
    }

    private async ValueTask<string?> ProblemAsync(EntityWrite[] writes)
    {
        try
        {
            return (await storage.Entities.WriteAsync(writes).ConfigureAwait(false)).Error?.ToString();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return failure.Message;
        }
    }

    private EntityWrite? Write(DataPlaneState state, out string? problem)
    {
        problem = null;
        if (!Guid.TryParse(state.Node.Id, out Guid id))
        {
            problem = "schema violation (id: expected a valid UUID)";
            return null;
        }

        SchemaErrors? errors = _schema.Create(Row(id, state), Operation.Upsert, out ValueMap values);
        problem = (errors is null ? _schema.Transform(values) : EntityErrors.SchemaViolation(errors))?.ToString();
        return problem is null ? EntityWrite.Upsert(_schema, id, values, new EntityOptions { TimeToLive = life, Silent = true }) : null;
    }

    private void Complain(DataPlaneState state, string problem) =>
        log.Write(LogSeverity.Error, $"[clustering] unable to update clustering data plane status: {problem}{state.Node}");

    private static ValueMap Row(Guid id, DataPlaneState state)
    {
        ValueMap row = new()
        {
            ["id"] = id.ToString(),
            ["last_seen"] = state.LastSeen.ToUnixTimeSeconds(),
            ["config_hash"] = state.Hash,
            ["ip"] = state.Node.Ip,
            ["version"] = state.Node.Version,
            ["sync_status"] = Word(state.Status),
            ["labels"] = state.Labels,
            ["cert_details"] = new ValueMap { ["expiry_timestamp"] = state.CertificateEnd?.ToUnixTimeSeconds() },
            ["rpc_capabilities"] = new ValueList(state.Capabilities),
        };
        if (state.Node.Hostname is { } hostname)
        {
            row["hostname"] = hostname;
        }

        return row;
    }

    private static string Word(SyncStatus status) => status switch
    {
        SyncStatus.Normal => "normal",
        SyncStatus.KongVersionIncompatible => "kong_version_incompatible",
        SyncStatus.PluginSetIncompatible => "plugin_set_incompatible",
        SyncStatus.PluginVersionIncompatible => "plugin_version_incompatible",
        SyncStatus.FilterSetIncompatible => "filter_set_incompatible",
        _ => "unknown",
    };
}

/// <summary>What is known of a data plane at this moment.</summary>
internal sealed record DataPlaneState
{
    public required DataPlaneNode Node { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    public required string Hash { get; init; }

    public required SyncStatus Status { get; init; }

    public ValueMap? Labels { get; init; }

    public DateTimeOffset? CertificateEnd { get; init; }

    public IReadOnlyList<string> Capabilities { get; init; } = [];
}
