using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared;

namespace Gibbon.Plugins.Prometheus;

/// <summary>
/// Counts requests and shows the counts, and how the node is, to Prometheus: <c>GET /metrics</c> of the Admin and the Status API.
/// </summary>
sealed class PrometheusPlugin : Plugin<PrometheusConfig>
{
    readonly TrafficMetrics traffic = new();
    volatile bool isEnabled;
    volatile bool showsTargets;

    public override string Name => "prometheus";

    public override int Priority => 13;

    public override string Version => Kong.Version;

    public override ImmutableArray<string> Protocols { get; } = [.. HttpProtocols, .. StreamProtocols];

    public override ImmutableArray<PluginEndpoint> AdminEndpoints => [new("GET", "/metrics", ShowAsync)];

    public override ImmutableArray<PluginEndpoint> StatusEndpoints => AdminEndpoints;

    public override ValueTask ConfigureAsync(IReadOnlyList<PrometheusConfig> configs)
    {
        isEnabled = configs.Count > 0;
        showsTargets = configs.Any(static config => config.UpstreamHealthMetrics is true);
        return ValueTask.CompletedTask;
    }

    public override ValueTask LogAsync(RequestContext context, PrometheusConfig config)
    {
        // What no route has matched could be counted under nothing but the client's own words.
        if (context.Router.Route is not { } route)
            return ValueTask.CompletedTask;

        var service = context.Router.Service;
        var counts = traffic.Of(service is null ? "" : service.Name ?? service.Host, route.Name ?? TrafficMetrics.NameOf(route.Id));
        var consumer = config.PerConsumer is true && context.Client.Consumer?.Username is { } name ? name : "";
        if (context.Subsystem == Subsystem.Stream)
            CountStream(context, config, counts);
        else
            CountRequest(context, config, counts, consumer);

        return ValueTask.CompletedTask;
    }

    static void CountRequest(RequestContext context, PrometheusConfig config, RouteMetrics counts, string consumer)
    {
        var figures = context.Log.Figures;
        if (config.StatusCodeMetrics is true)
            counts.CountStatus(context.Response.Status, context.Response.Source == ResponseSource.Service, consumer);

        if (config.BandwidthMetrics is true)
            counts.CountBytes(figures.RequestSize, figures.ResponseSize, consumer);

        if (config.LatencyMetrics is true)
        {
            counts.RequestLatency.Observe(figures.RequestLatency);
            counts.UpstreamLatency.Observe(figures.ProxyLatency);
            counts.KongLatency.Observe(figures.KongLatency);
        }
    }

    static void CountStream(RequestContext context, PrometheusConfig config, RouteMetrics counts)
    {
        if (config.StatusCodeMetrics is true)
            counts.CountSession(context.Response.Status, context.Response.Source == ResponseSource.Service);

        if (config.LatencyMetrics is true)
        {
            counts.SessionDuration.Observe(context.Log.Figures.RequestLatency);
            counts.KongLatency.Observe(context.Log.Figures.KongLatency);
        }
    }

    async ValueTask<EndpointResponse> ShowAsync(EndpointRequest request, CancellationToken cancellation)
    {
        var page = new MetricsPage();
        NodeMetrics.AddTo(page, request.Host);
        await ClusterMetrics.AddToAsync(page, request.Host, cancellation);
        if (showsTargets && request.Host.Settings.Role != "control_plane")
            TargetMetrics.AddTo(page, request.Host.Upstreams);

        if (isEnabled)
            traffic.AddTo(page);

        return EndpointResponse.Text(200, page.ToString());
    }
}
