using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gibbon.Plugins.Sinks;

namespace Gibbon.Plugins.Statsd;

public sealed class StatsdTests
{
    const string Counts = "{name: request_count, stat_type: counter, sample_rate: 1}";

    [Fact]
    public async Task Only_wanted_statuses_are_told()
    {
        await using var sink = DatagramSink.Udp();
        await using var scene = await Scene.StartAsync(
            "{name: request-termination, config: {status_code: 503, trigger: x-fail}}",
            Plugin(sink.Port, $"metrics: [{Counts}, {{name: status_count, stat_type: counter, sample_rate: 1}}], allow_status_codes: [100-199, 500-599]"));

        await scene.GetAsync("/fine");
        await scene.GetAsync("/failed", ("x-fail", "1"));

        Assert.Equal(["kong.service.echo.request.count:1|c", "kong.service.echo.status.503:1|c"], await sink.NextAsync(2));
    }

    [Fact]
    public async Task Identifiers_are_what_is_wanted()
    {
        await using var sink = DatagramSink.Udp();
        await using var scene = await Scene.StartAsync(
            "{name: key-auth}",
            Plugin(
                sink.Port,
                "service_identifier_default: service_host, consumer_identifier_default: username, workspace_identifier_default: workspace_name, metrics: ["
                + "{name: request_per_user, stat_type: counter, sample_rate: 0.5},"
                + $"{{name: unique_users, stat_type: set, consumer_identifier: consumer_id}}, {{name: status_count_per_workspace, stat_type: counter, sample_rate: 1}}]"));

        await scene.GetAsync("/", ("apikey", "kb"));

        Assert.Equal(
            [
                "kong.service.127_0_0_1.user.bob.request.count:1|c|@0.5",
                $"kong.service.127_0_0_1.user.uniques:{Scene.Bob}|s",
                "kong.service.127_0_0_1.workspace.default.status.200:1|c",
            ],
            await sink.NextAsync(3));
    }

    [Fact]
    public async Task Lines_share_packets_up_to_their_size()
    {
        await using var sink = DatagramSink.Udp();
        await using var scene = await Scene.StartAsync(Plugin(sink.Port, $"udp_packet_size: 75, metrics: [{Counts}, {Counts}, {Counts}]"));

        await scene.GetAsync("/");

        Assert.Equal(
            ["kong.service.echo.request.count:1|c\nkong.service.echo.request.count:1|c", "kong.service.echo.request.count:1|c"],
            await sink.NextAsync(2));
    }

    [Fact]
    public void A_line_that_is_too_long_goes_out_by_itself()
    {
        var packets = Packets.Of(["aaaaaaaa", "bb", "cc"], 6, out var tooLong);

        Assert.Equal(["aaaaaaaa", "bb\ncc"], packets);
        Assert.Equal(8, tooLong);
    }

    [Fact]
    public async Task What_a_default_metric_does_not_say_is_null_in_answers()
    {
        await using var scene = await Scene.StartAsync("{name: statsd}");

        var plugin = JsonNode.Parse(await scene.Admin.GetStringAsync("/plugins"))!["data"]![0]!;
        var latency = plugin["config"]!["metrics"]![1]!.AsObject();

        Assert.Equal(
            ["consumer_identifier", "name", "sample_rate", "service_identifier", "stat_type", "workspace_identifier"],
            latency.Select(static field => field.Key).Order(StringComparer.Ordinal));
        Assert.Null(latency["sample_rate"]);
    }

    [Fact]
    public void Packets_are_measured_in_bytes()
    {
        Assert.Equal(["ää", "öö"], Packets.Of(["ää", "öö"], 8, out _));
        Assert.Equal(["ää\nöö"], Packets.Of(["ää", "öö"], 9, out _));
    }

    [Fact]
    public async Task A_server_that_takes_TCP_gets_lines_over_one_connection()
    {
        await using var sink = new LineSink();
        await using var scene = await Scene.StartAsync(Plugin(sink.Port, $"use_tcp: true, metrics: [{Counts}]"));

        await scene.GetAsync("/one");
        var first = await sink.NextAsync();
        await scene.GetAsync("/two");
        var second = await sink.NextAsync();

        Assert.Equal("kong.service.echo.request.count:1|c", first.Line);
        Assert.Equal(first.Connection, second.Connection);
    }

    [Fact]
    public async Task Dictionaries_are_told_once_in_a_while()
    {
        await using var sink = DatagramSink.Udp();
        await using var scene = await Scene.StartAsync(Plugin(sink.Port, $"metrics: [{{name: shdict_usage, stat_type: gauge, sample_rate: 1}}, {Counts}]"));

        await scene.GetAsync("/");
        var first = await UntilCountAsync(sink);
        await scene.GetAsync("/");
        var second = await UntilCountAsync(sink);

        Assert.Contains(first, line => Regex.IsMatch(line, "^kong\\.node\\.[^.]+\\.shdict\\.kong_db_cache\\.capacity:[0-9]+\\|g$"));
        Assert.Empty(second);
    }

    static async Task<List<string>> UntilCountAsync(DatagramSink sink)
    {
        var lines = new List<string>();
        while (await sink.NextAsync() is var line && !line.Contains("request.count", StringComparison.Ordinal))
            lines.Add(line);

        return lines;
    }

    static string Plugin(int port, string config) => $"{{name: statsd, config: {{host: 127.0.0.1, port: {port}, {config}}}}}";
}
