using Gibbon.Plugins.Sinks;

namespace Gibbon.Plugins.Datadog;

public sealed class DatadogTests
{
    [Fact]
    public async Task Names_of_tags_and_what_they_tell_can_be_chosen()
    {
        await using var sink = DatagramSink.Udp();
        await using var scene = await Scene.StartAsync(
            "{name: key-auth}",
            $"{{name: datadog, config: {{host: 127.0.0.1, port: {sink.Port}, prefix: p, service_name_tag: svc, status_tag: code, consumer_tag: who, metrics: ["
            + "{name: request_count, stat_type: counter, sample_rate: 0.3, tags: ['a:b', c], consumer_identifier: username},"
            + "{name: request_count, stat_type: set, consumer_identifier: consumer_id}]}}");

        await scene.GetAsync("/", ("apikey", "kb"));

        Assert.Equal(
            ["p.request.count:1|c|@0.3|#svc:echo,code:200,who:bob,a:b,c", $"p.request.count:1|s|#svc:echo,code:200,who:{Scene.Bob.Replace('-', '_')}"],
            await sink.NextAsync(2));
    }

    [Fact]
    public async Task Requests_may_wait_for_others()
    {
        await using var sink = DatagramSink.Udp();
        await using var scene = await Scene.StartAsync(
            $"{{name: datadog, config: {{host: 127.0.0.1, port: {sink.Port}, metrics: [{{name: request_count, stat_type: counter, sample_rate: 1}}], "
            + "queue: {max_batch_size: 2, max_coalescing_delay: 30}}}");

        await scene.GetAsync("/one");
        await scene.GetAsync("/two");

        Assert.Equal(["kong.request.count:1|c|#name:echo,status:200", "kong.request.count:1|c|#name:echo,status:200"], await sink.NextAsync(2));
    }
}
