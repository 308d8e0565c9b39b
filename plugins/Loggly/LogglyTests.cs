using Gibbon.Plugins.Sinks;

namespace Gibbon.Plugins.Loggly;

public sealed class LogglyTests
{
    [Fact]
    public async Task Severities_follow_the_status_and_less_grave_ones_are_not_sent()
    {
        await using var sink = DatagramSink.Udp();
        await using var scene = await Scene.StartAsync(
            "{name: request-termination, config: {status_code: 503, trigger: x-fail}}",
            $"{{name: loggly, config: {{host: 127.0.0.1, port: {sink.Port}, key: k, log_level: warning, successful_severity: info, server_errors_severity: crit}}}}");

        await scene.GetAsync("/fine");
        await scene.GetAsync("/failed", ("x-fail", "1"));
        var entry = await sink.NextAsync();

        Assert.StartsWith("<10>1 ", entry, StringComparison.Ordinal);
        Assert.Contains(" kong - - [k@41058 tag=\"kong\"] {", entry, StringComparison.Ordinal);
        Assert.Contains("/failed", entry, StringComparison.Ordinal);
    }
}
