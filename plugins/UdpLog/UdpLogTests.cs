using System.Text.Json.Nodes;
using Gibbon.Plugins.Sinks;

namespace Gibbon.Plugins.UdpLog;

public sealed class UdpLogTests
{
    [Fact]
    public async Task An_entry_is_a_datagram()
    {
        await using var sink = DatagramSink.Udp();
        await using var scene = await Start(sink.Port);

        await scene.GetAsync("/one");
        await scene.GetAsync("/two");

        Assert.Equal(["/one", "/two"], (await sink.NextAsync(2)).Select(entry => (string?)JsonNode.Parse(entry)!["request"]!["uri"]));
    }

    [Fact]
    public async Task An_entry_too_long_for_a_datagram_is_lost_and_told()
    {
        await using var sink = DatagramSink.Udp();
        await using var scene = await Start(sink.Port, "custom_fields_by_lua: {long: 'return \"" + new string('x', 70_000) + "\"'}");

        await scene.GetAsync("/");

        await scene.LoggedAsync($"could not send data to 127.0.0.1:{sink.Port}: Message too long");
    }

    static Task<Scene> Start(int port, string config = "") => Scene.StartAsync($"{{name: udp-log, config: {{host: 127.0.0.1, port: {port}, {config}}}}}");
}
