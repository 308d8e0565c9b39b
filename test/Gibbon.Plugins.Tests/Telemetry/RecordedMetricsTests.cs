using System.Text.RegularExpressions;

namespace Gibbon.Plugins.Telemetry;

[Collection(nameof(RecordedTraffic))]
public sealed partial class RecordedMetricsTests(RecordedTraffic traffic)
{
    [Fact]
    public void The_page_of_metrics_is_that_of_Kong()
    {
        var recorded = Recorded.Lines("recorded/telemetry/metrics.txt").Where(line => !IsBucket(line)).Select(Relaxed).ToArray();
        var actual = traffic.Recorded(traffic.Metrics).TrimEnd('\n').Split('\n')
            .Where(line => !IsBucket(line) && !line.StartsWith("# HELP", StringComparison.Ordinal))
            .ToArray();

        Assert.Equal(recorded.Length, actual.Length);
        for (var i = 0; i < recorded.Length; i++)
            Assert.True(Likeness.IsLike(recorded[i], actual[i]), $"recorded {recorded[i]}\nactual {actual[i]}");
    }

    [Fact]
    public void Latencies_fall_into_the_buckets_of_Kong()
    {
        var recorded = Recorded.Lines("recorded/telemetry/metrics.txt").Where(IsBucket).Select(Series).ToHashSet();
        var limits = recorded.Select(Limit).ToHashSet();
        var actual = traffic.Metrics.Split('\n').Where(IsBucket).Select(Series).ToArray();

        Assert.NotEmpty(actual);
        Assert.All(actual, series => Assert.Contains(Limit(series), (IEnumerable<string>)[.. limits, "kong_kong_latency_ms_bucket 1"]));
        Assert.Equal(
            recorded.Where(series => series.Contains("+Inf", StringComparison.Ordinal)),
            actual.Where(series => series.Contains("+Inf", StringComparison.Ordinal)));
    }

    static bool IsBucket(string line) => line.Contains("_bucket{", StringComparison.Ordinal);

    static string Series(string line) => line[..line.LastIndexOf(' ')];

    static string Limit(string series) => $"{series[..series.IndexOf('{', StringComparison.Ordinal)]} {LimitOf().Match(series).Groups[1].Value}";

    // Sizes of responses contain times; what is known of a target's health is the balancer's to tell, and tested there.
    static string Relaxed(string line) =>
        line.Contains("direction=\"egress\"", StringComparison.Ordinal) ? line[..line.LastIndexOf(' ')] + " <number>"
        : line.StartsWith("kong_upstream_target_health{", StringComparison.Ordinal) ? Address().Replace(line[..^1], "address=\"<number>\"") + "<number>"
        : line;

    [GeneratedRegex("address=\"[^\"]*\"")]
    private static partial Regex Address();

    [GeneratedRegex("le=\"([^\"]+)\"")]
    private static partial Regex LimitOf();
}
