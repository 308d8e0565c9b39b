using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Admin.Entities;
using Gibbon.Admin.Requests;

namespace Gibbon.Admin;

/// <summary>
/// <c>GET /status</c>: connections, memory and the configuration's hash; <c>GET /status/ready</c>: whether it may be given traffic; <c>POST</c> says that it is to be given no more.
/// </summary>
internal sealed class StatusEndpoint(PluginHost host, AdminEntities entities, Readiness readiness)
{
    public ApiEndpoint Status => ApiEndpoint.Get("/status", AnswerAsync);

    public ApiEndpoint Ready => ApiEndpoint.Of("/status/ready", ("GET", ReadinessAsync), ("POST", request => new ValueTask<ApiAnswer>(Drain(request))));

    private async ValueTask<ApiAnswer> AnswerAsync(ApiRequest request)
    {
        if (!MemoryText.TryParse(request.QueryText("unit"), request.QueryText("scale"), out MemoryText text, out string? error))
        {
            return ApiAnswer.Message(400, error);
        }

        MemoryStatistics memory = host.Node.GetMemoryStatistics();
        ConnectionStatistics connections = host.Node.GetConnectionStatistics();
        ValueMap body = new()
        {
            ["memory"] = new ValueMap
            {
                ["workers_lua_vms"] = new ValueList(memory.Workers.Select(worker => (object?)new ValueMap
                {
                    ["http_allocated_gc"] = text.Of(worker.AllocatedBytes),
                    ["pid"] = (long)worker.ProcessId,
                })),
                ["lua_shared_dicts"] = Dictionaries(memory, text),
            },
            ["server"] = new ValueMap
            {
                ["connections_active"] = connections.Active,
                ["connections_reading"] = connections.Reading,
                ["connections_writing"] = connections.Writing,
                ["connections_waiting"] = connections.Waiting,
                ["connections_accepted"] = connections.Accepted,
                ["connections_handled"] = connections.Handled,
                ["total_requests"] = connections.TotalRequests,
            },
        };
        if (entities.IsWithoutDatabase)
        {
            body["configuration_hash"] = host.Node.ConfigurationHash ?? ConfigurationHash.Empty;
        }
        else
        {
            EntityError? away = await FailureAsync(request);
            body["database"] = new ValueMap { ["reachable"] = away is null };
            return ApiAnswer.Json(200, body) with { Reason = away is null ? null : $"failed to connect to the database: {away}" };
        }

        return ApiAnswer.Json(200, body);
    }

    private static ValueMap Dictionaries(MemoryStatistics memory, MemoryText text)
    {
        ValueMap map = [];
        foreach ((string name, DictionaryMemory dictionary) in memory.SharedDictionaries)
        {
            map[name] = new ValueMap { ["capacity"] = text.Of(dictionary.CapacityBytes), ["allocated_slabs"] = text.Of(dictionary.AllocatedBytes) };
        }

        return map;
    }

    private ApiAnswer Drain(ApiRequest request)
    {
        if (request.Body.PlainArguments().Get("status") is not "draining")
        {
            return ApiAnswer.Page(400, "Bad Request");
        }

        readiness.Drain();
        return ApiAnswer.NoContent();
    }

    private async ValueTask<ApiAnswer> ReadinessAsync(ApiRequest request) =>
        readiness.IsDraining ? ApiAnswer.Message(503, "draining")
            : entities.IsWithoutDatabase
            ? host.Node.ConfigurationHash is null or ConfigurationHash.Empty
                ? ApiAnswer.Message(503, "no configuration available (empty configuration present)")
                : ApiAnswer.Message(200, "ready")
            : await FailureAsync(request) is null ? ApiAnswer.Message(200, "ready") : ApiAnswer.Message(503, "failed to connect to database");

    private async ValueTask<EntityError?> FailureAsync(ApiRequest request) =>
        (await entities.Store.PageAsync(entities.Schemas.Find("workspaces")!, new EntityQuery { Size = 1 }, request.Cancellation)).Error;
}
