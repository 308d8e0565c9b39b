using Gibbon.Observability;
using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;
using Gibbon.Storage;

namespace Gibbon.Clustering.ControlPlanes;

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

/// <summary>Keeps <c>clustering_data_planes</c>: a row for each data plane, gone when nothing is heard of it for long enough.</summary>
internal sealed class DataPlaneRecords(NodeStorage storage, TimeSpan life, ErrorLog log)
{
    private readonly StoredEntities<ValueMap> _rows =
        new(storage.Entities, storage.Live.Schemas.Find("clustering_data_planes")!, () => storage.Workspace);

    /// <summary>Writes the row. What is wrong with it is logged, and nothing else: the data plane need not suffer for it.</summary>
    public async ValueTask WriteAsync(DataPlaneState state)
    {
        string? problem;
        try
        {
            problem = Guid.TryParse(state.Node.Id, out Guid id)
                ? (await _rows.UpsertAsync(id, Row(state), new EntityOptions { TimeToLive = life, Silent = true }).ConfigureAwait(false)).Error?.ToString()
                : "schema violation (id: expected a valid UUID)";
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            problem = failure.Message;
        }

        if (problem is not null)
        {
            log.Write(LogSeverity.Error, $"[clustering] unable to update clustering data plane status: {problem}{state.Node}");
        }
    }

    private static ValueMap Row(DataPlaneState state)
    {
        ValueMap row = new()
        {
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
