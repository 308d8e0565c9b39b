using Gibbon.Admin.Entities;
using Gibbon.Admin.Requests;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Admin.Resources;

/// <summary><c>/upstreams/:upstreams/health</c>, and setting the health of a target by hand.</summary>
internal sealed class UpstreamHealthEndpoints(AdminEntities entities, TargetEndpoints targets, PluginHost host)
{
    /// <summary>What reads, which the Status API of a node without a database has too.</summary>
    public ApiEndpoint Health => ApiEndpoint.Get("/upstreams/:upstreams/health", HealthAsync);

    /// <summary>What sets, which a control plane has not.</summary>
    public IEnumerable<ApiEndpoint> Setting =>
        from address in new[] { "", "/:address" }
        from word in new[] { "healthy", "unhealthy" }
        select ApiEndpoint.Of(
            $"/upstreams/:upstreams/targets/:targets{address}/{word}",
            ("PUT", request => targets.WithAsync(request, (upstream, _) => new ValueTask<ApiAnswer>(Set(upstream)))));

    private static ApiAnswer Set(ValueMap upstream) => ApiAnswer.Message(400, $"no healthchecker found for {upstream.GetString("name")}");

    private async ValueTask<ApiAnswer> HealthAsync(ApiRequest request)
    {
        if (request.QueryText("balancer_health") == "1")
        {
            (ValueMap? upstream, ApiAnswer otherwise) = await EntityEndpoints.FindAsync(entities, "upstreams", request);
            return upstream is null ? otherwise : ApiAnswer.Json(200, new ValueMap
            {
                ["data"] = HealthOf(EntityValues.IdOf(upstream)) is { } health ? UpstreamHealthBody.Balancer(health) : null,
                ["next"] = null,
                ["node_id"] = host.Node.Id.ToString(),
            });
        }

        TargetOperations operations = (TargetOperations)entities["targets"];
        return await targets.PageAsync(
            request,
            "health",
            async (upstream, query) =>
            {
                EntityResult<EntityPage<ValueMap>> page = await operations.PageOfAsync(upstream, query, request.Cancellation);
                UpstreamHealth? health = HealthOf(upstream);
                foreach (ValueMap target in page.Value?.Entities ?? [])
                {
                    UpstreamHealthBody.AddTo(target, health);
                }

                return page;
            },
            body => body["node_id"] = host.Node.Id.ToString());
    }

    private UpstreamHealth? HealthOf(Guid upstream) => host.Upstreams.GetHealth().FirstOrDefault(health => health.Id == upstream);
}
