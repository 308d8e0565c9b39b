using System.Globalization;
using System.Text.RegularExpressions;
using Gibbon.Testing;

namespace Gibbon.Plugins.Prometheus;

public sealed partial class PrometheusTests
{
    const string AllMetrics = "per_consumer: true, status_code_metrics: true, latency_metrics: true, bandwidth_metrics: true, upstream_health_metrics: true";

    [Fact]
    public async Task Requests_are_counted_by_service_route_status_source_and_consumer()
    {
        await using var upstream = FakeUpstream.Start(request => UpstreamAnswer.Text("hello\n", request.Target.EndsWith('5') ? 500 : 200));
        await using var gateway = await TestGateway.StartAsync(Configuration(upstream.Url, AllMetrics));

        await GetAsync(gateway, "/a", ("apikey", "k1"));
        await GetAsync(gateway, "/a");
        await GetAsync(gateway, "/b");
        await GetAsync(gateway, "/b/5");
        await GetAsync(gateway, "/nowhere");
        var page = await PageAsync(gateway, line => line.Contains("code=\"500\"", StringComparison.Ordinal));

        Assert.Equal(
            [
                "kong_http_requests_total{service=\"svc-a\",route=\"route-a\",code=\"200\",source=\"service\",workspace=\"default\",consumer=\"bob\"} 1",
                "kong_http_requests_total{service=\"svc-a\",route=\"route-a\",code=\"401\",source=\"kong\",workspace=\"default\",consumer=\"\"} 1",
                "kong_http_requests_total{service=\"svc-b\",route=\"route-b\",code=\"200\",source=\"service\",workspace=\"default\",consumer=\"\"} 1",
                "kong_http_requests_total{service=\"svc-b\",route=\"route-b\",code=\"500\",source=\"service\",workspace=\"default\",consumer=\"\"} 1",
            ],
            page.Where(line => line.StartsWith("kong_http_requests_total{", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_page_has_the_metrics_of_Kong_in_the_order_of_Kong()
    {
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await TestGateway.StartAsync(Configuration(upstream.Url, AllMetrics));

        await GetAsync(gateway, "/a", ("apikey", "k1"));
        var page = await PageAsync(gateway, line => line.StartsWith("kong_bandwidth_bytes{", StringComparison.Ordinal));

        Assert.Equal(Types(Recorded.Lines("recorded/telemetry/metrics.txt")), Types(page));
        Assert.Equal(
            Labels(Recorded.Lines("recorded/telemetry/metrics.txt")),
            Labels(page));
        Assert.All(page.Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal)), type =>
            Assert.StartsWith("# HELP " + type.Split(' ')[2] + " ", page[Array.IndexOf(page, type) - 1], StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_page_has_the_type_of_texts_and_is_on_both_APIs()
    {
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await TestGateway.StartAsync(Configuration(upstream.Url, ""));

        using var admin = await gateway.Admin.GetAsync("/metrics");
        using var status = await new HttpClient().GetAsync($"http://127.0.0.1:{gateway.StatusPort}/metrics");

        Assert.Equal("text/plain; charset=UTF-8", admin.Header("Content-Type"));
        Assert.Equal((200, 200), ((int)admin.StatusCode, (int)status.StatusCode));
    }

    [Fact]
    public async Task Nothing_is_counted_unless_it_is_asked_for()
    {
        await using var upstream = FakeUpstream.Start();
        await using var gateway = await TestGateway.StartAsync(Configuration(upstream.Url, "status_code_metrics: true"));

        await GetAsync(gateway, "/a", ("apikey", "k1"));
        var page = await PageAsync(gateway, line => line.Contains("code=\"200\"", StringComparison.Ordinal));

        Assert.Contains(page, line => line.EndsWith("consumer=\"\"} 1", StringComparison.Ordinal));
        Assert.DoesNotContain(page, line => line.Contains("latency_ms", StringComparison.Ordinal)
            || line.Contains("bandwidth", StringComparison.Ordinal)
            || line.Contains("upstream_target_health", StringComparison.Ordinal));
    }

    [Fact]
    public void A_distribution_shows_limits_from_the_first_that_has_a_value()
    {
        var histogram = new Histogram([1, 5, 10]);
        foreach (var value in new double[] { 2, 5, 11, -1 })
            histogram.Observe(value);

        var page = new MetricsPage();
        page.Histogram("x", "X.", histogram, ("a", "b"));

        Assert.Equal(
            """
            # HELP kong_x X.
            # TYPE kong_x histogram
            kong_x_bucket{a="b",le="5"} 2
            kong_x_bucket{a="b",le="10"} 2
            kong_x_bucket{a="b",le="+Inf"} 3
            kong_x_count{a="b"} 3
            kong_x_sum{a="b"} 18

            """,
            page.ToString());
    }

    [Fact]
    public void Values_of_labels_are_escaped()
    {
        var page = new MetricsPage();
        page.Gauge("x", "X.", 0.5, ("a", "\"\\\n"));

        Assert.EndsWith("kong_x{a=\"\\\"\\\\\\n\"} 0.5\n", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var metrics = new TrafficMetrics();
        for (var i = 0; i < 1000; i++)
            Count(metrics);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Count(metrics);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        static void Count(TrafficMetrics metrics)
        {
            var route = metrics.Of("service", "route");
            route.CountStatus(200, isFromService: true, "bob");
            route.CountBytes(10, 20, "bob");
            route.KongLatency.Observe(1.5);
        }
    }

    // A gateway whose data lies in no shared memory has no such dictionaries.
    static string Configuration(string url, string config) => string.Create(CultureInfo.InvariantCulture, $$$"""
        _format_version: "3.0"
        services:
        - name: svc-a
          url: http://up-a/base
          routes: [{name: route-a, paths: [/a], plugins: [{name: key-auth}]}]
        - name: svc-b
          url: {{{url}}}
          routes: [{name: route-b, paths: [/b]}]
        upstreams: [{name: up-a, targets: [{target: "{{{new Uri(url).Authority}}}"}]}]
        consumers: [{username: bob, keyauth_credentials: [{key: k1}]}]
        plugins: [{name: prometheus, config: { {{{config}}} }}]
        """);

    static async Task GetAsync(TestGateway gateway, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);

        using var response = await gateway.Client.SendAsync(request);
    }

    /// <summary>The page, once it has a certain line: requests are counted after they have been answered.</summary>
    static async Task<string[]> PageAsync(TestGateway gateway, Predicate<string> awaited)
    {
        for (var attempt = 0; ; attempt++)
        {
            var page = (await gateway.Admin.GetStringAsync("/metrics")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (Array.Exists(page, awaited) || attempt == 100)
                return page;

            await Task.Delay(50);
        }
    }

    static IEnumerable<string> Types(IEnumerable<string> page) => page.Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal));

    /// <summary>Each metric with the names of its labels.</summary>
    static IEnumerable<string> Labels(IEnumerable<string> page) => page
        .Where(line => !line.StartsWith('#'))
        .Select(line => Value().Replace(line[..line.LastIndexOf(' ')], "="))
        .Distinct();

    [GeneratedRegex("=\"[^\"]*\"")]
    private static partial Regex Value();
}
