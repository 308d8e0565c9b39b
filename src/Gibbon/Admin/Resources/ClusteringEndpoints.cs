using Gibbon.Admin.Entities;
using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Settings;

namespace Gibbon.Admin.Resources;

/// <summary><c>/clustering/…</c>: the data planes that a control plane has seen.</summary>
internal sealed class ClusteringEndpoints(AdminEntities entities, NodeRole role)
{
    private const string Kind = "clustering_data_planes";

    public IEnumerable<ApiEndpoint> All =>
    [
        ApiEndpoint.Get("/clustering/data-planes", request => IfControlPlane(() => EntityEndpoints.ListAsync(entities[Kind], request))),
        ApiEndpoint.Get("/clustering/status", request => IfControlPlane(() => StatusAsync(request))),
    ];

    private ValueTask<ApiAnswer> IfControlPlane(Func<ValueTask<ApiAnswer>> answer) => role == NodeRole.ControlPlane
        ? answer()
        : new ValueTask<ApiAnswer>(ApiAnswer.Message(
            400, "this endpoint is only available when Kong is configured to run as Control Plane for the cluster"));

    private async ValueTask<ApiAnswer> StatusAsync(ApiRequest request)
    {
        try
        {
            ApiAnswer answer = ApiAnswer.Json(200, await NodesAsync(request));
            answer.Headers["Deprecation"] = "true";
            return answer;
        }
        catch (EntityException failure)
        {
            return ApiAnswer.Unreadable(failure.Error);
        }
    }

    private async ValueTask<ValueMap> NodesAsync(ApiRequest request)
    {
        ValueMap nodes = [];
        await foreach (object node in entities.EachAsync(Kind, default, request.Cancellation))
        {
            ValueMap values = EntityValues.Of(node);
            ValueMap shown = [];
            foreach (string name in new[] { "config_hash", "hostname", "ip", "last_seen" })
            {
                shown[name] = values.Get(name);
            }

            nodes[values.GetString("id")!] = shown;
        }

        return nodes;
    }
}
