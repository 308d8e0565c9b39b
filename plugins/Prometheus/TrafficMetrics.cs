using System.Collections.Concurrent;
using System.Globalization;

namespace Gibbon.Plugins.Prometheus;

/// <summary>What was counted for all routes.</summary>
sealed class TrafficMetrics
{
    const string Statuses = "HTTP status codes per consumer/service/route in Kong";
    const string Sessions = "Stream status codes per service/route in Kong";
    const string Bandwidth = "Total bandwidth (ingress/egress) throughput in bytes";
    const string KongLatency = "Latency added by Kong and enabled plugins for each service/route in Kong";
    const string UpstreamLatency = "Latency added by upstream response for each service/route in Kong";
    const string RequestLatency = "Total latency incurred during requests for each service/route in Kong";
    const string SessionDuration = "latency incurred in stream session for each service/route in Kong";

    // There is one workspace, as in Kong's open edition.
    const string Workspace = "default";

    static readonly ConcurrentDictionary<Guid, string> Names = new();

    readonly ConcurrentDictionary<(string Service, string Route), RouteMetrics> routes = new();

    /// <summary>The text of an id, made once.</summary>
    public static string NameOf(Guid id) => Names.GetOrAdd(id, static id => id.ToString());

    /// <summary>
    /// The counts of a service and a route, by the names they are shown under: they outlive changes of the configuration.
    /// </summary>
    public RouteMetrics Of(string service, string route) => routes.GetOrAdd((service, route), static _ => new RouteMetrics());

    /// <summary>Writes all counts.</summary>
    public void AddTo(MetricsPage page)
    {
        page.Counter("nginx_metric_errors_total", "Number of nginx-lua-prometheus errors", 0);
        foreach (var ((service, route), metrics) in routes)
        {
            AddCounts(page, service, route, metrics);
            AddLatency(page, "kong_latency_ms", KongLatency, metrics.KongLatency, service, route);
            AddLatency(page, "upstream_latency_ms", UpstreamLatency, metrics.UpstreamLatency, service, route);
            AddLatency(page, "request_latency_ms", RequestLatency, metrics.RequestLatency, service, route);
            AddLatency(page, "session_duration_ms", SessionDuration, metrics.SessionDuration, service, route);
        }
    }

    static void AddCounts(MetricsPage page, string service, string route, RouteMetrics metrics)
    {
        foreach (var (key, count) in metrics.Requests)
            page.Counter("http_requests_total", Statuses, count.Value,
                ("service", service), ("route", route), ("code", Code(key)), ("source", Source(key)),
                ("workspace", Workspace), ("consumer", key.Consumer));

        foreach (var (key, count) in metrics.Sessions)
            page.Counter("stream_sessions_total", Sessions, count.Value,
                ("service", service), ("route", route), ("code", Code(key)), ("source", Source(key)), ("workspace", Workspace));

        foreach (var (consumer, (ingress, egress)) in metrics.Bytes)
        {
            AddBytes(page, "ingress", ingress.Value, service, route, consumer);
            AddBytes(page, "egress", egress.Value, service, route, consumer);
        }
    }

    static void AddBytes(MetricsPage page, string direction, long bytes, string service, string route, string consumer)
    {
        if (bytes > 0)
            page.Counter("bandwidth_bytes", Bandwidth, bytes,
                ("service", service), ("route", route), ("direction", direction), ("workspace", Workspace), ("consumer", consumer));
    }

    static void AddLatency(MetricsPage page, string name, string help, Histogram histogram, string service, string route) =>
        page.Histogram(name, help, histogram, ("service", service), ("route", route), ("workspace", Workspace));

    static string Code(StatusKey key) => key.Status.ToString(CultureInfo.InvariantCulture);

    static string Source(StatusKey key) => key.IsFromService ? "service" : "kong";
}
