using System.Globalization;
using Gibbon.Admin.Entities;
using Gibbon.Admin.Requests;
using Gibbon.Balancing;
using Gibbon.Balancing.Reporting;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Snapshots;

namespace Gibbon.Admin.Resources;

/// <summary><c>/upstreams/:upstreams/health</c>, the history of a target, and setting its health by hand.</summary>
internal sealed class UpstreamHealthEndpoints(AdminEntities entities, TargetEndpoints targets, Func<Snapshot> snapshot, PluginHost host)
{
    private const string Target = "/upstreams/:upstreams/targets/:targets";

    /// <summary>How the targets of an upstream are; the Status API of a node without a database has it too.</summary>
    public ApiEndpoint Health => ApiEndpoint.Get("/upstreams/:upstreams/health", HealthAsync);

    /// <summary>What has become of a target, and why; beyond Kong.</summary>
    public ApiEndpoint History => ApiEndpoint.Get($"{Target}/history", request => targets.WithAsync(request, (upstream, target) => new ValueTask<ApiAnswer>(
        BalancerOf(upstream) is { } balancer && Find(balancer, target) is { } found
            ? ApiAnswer.Json(200, TargetHistory.Of(balancer, found))
            : ApiAnswer.NotFound())));

    /// <summary>What sets, which a control plane has not.</summary>
    public IEnumerable<ApiEndpoint> Setting => [Set("/healthy", true), Set("/unhealthy", false), Set("/:address/healthy", true), Set("/:address/unhealthy", false)];

    private ApiEndpoint Set(string path, bool healthy)
    {
        bool hasAddress = path.StartsWith("/:address", StringComparison.Ordinal);
        return ApiEndpoint.Of(Target + path, ("PUT", request => targets.WithAsync(
            request, (upstream, target) => SetAsync(upstream, target, hasAddress ? request.Parameter("address") : null, healthy))));
    }

    private async ValueTask<ApiAnswer> SetAsync(ValueMap upstream, ValueMap target, string? address, bool healthy)
    {
        if (BalancerOf(upstream) is not { } balancer || Find(balancer, target) is not { } found)
        {
            return ApiAnswer.Message(400, $"no healthchecker found for {upstream.GetString("name")}");
        }

        if (ManualHealth.Set(balancer, found, address, healthy) is { } refused)
        {
            return ApiAnswer.Message(400, refused);
        }

        // The other nodes do the same: host, address, port, what, and whose.
        string name = found.Name.Host;
        (string ip, long port) = address is null ? ("", found.Name.Port) : Parts(address);
        await host.ClusterEvents.BroadcastAsync(
            "balancer:post_health", $"{name}|{ip}|{port}|{(healthy ? 1 : 0)}|{upstream.GetString("id")}|{upstream.GetString("name")}");
        return ApiAnswer.NoContent();
    }

    private async ValueTask<ApiAnswer> HealthAsync(ApiRequest request)
    {
        if (request.QueryText("balancer_health") == "1")
        {
            (ValueMap? upstream, ApiAnswer otherwise) = await EntityEndpoints.FindAsync(entities, "upstreams", request);
            return upstream is null ? otherwise : ApiAnswer.Json(200, new ValueMap
            {
                ["data"] = BalancerOf(upstream) is { } balancer ? TargetReports.OfBalancer(balancer) : null,
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
                Balancer? balancer = snapshot().Balancers.Values.FirstOrDefault(present => present.Upstream.Id == upstream);
                foreach (ValueMap target in page.Value?.Entities ?? [])
                {
                    Describe(balancer, target);
                }

                return page;
            },
            body => body["node_id"] = host.Node.Id.ToString());
    }

    private static void Describe(Balancer? balancer, ValueMap target)
    {
        if (balancer is not null && Find(balancer, target) is { } found)
        {
            (target["health"], target["data"]) = TargetReports.Of(balancer, found);
        }
        else
        {
            target["health"] = "DNS_ERROR";
        }
    }

    private Balancer? BalancerOf(ValueMap upstream) => snapshot().Balancers.GetValueOrDefault(upstream.GetString("name")!);

    private static BalancedTarget? Find(Balancer balancer, ValueMap target) => balancer.Find(target.GetString("id")!);

    private static (string Ip, long Port) Parts(string address)
    {
        string normal = Pdk.Entities.Target.NormalizeAddress(address) ?? address + ":8000";
        int colon = normal.LastIndexOf(':');
        return (normal[..colon], long.TryParse(normal.AsSpan(colon + 1), CultureInfo.InvariantCulture, out long port) ? port : 0);
    }
}
