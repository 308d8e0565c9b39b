using System.Net;
using System.Net.Sockets;

namespace Gibbon.Plugins.Telemetry;

public sealed class DeadReceiverTests
{
    [Theory]
    [InlineData("tcp-log", "host: 127.0.0.1, port: {0}", "failed to connect to 127.0.0.1:{0}: ")]
    [InlineData("http-log", "http_endpoint: 'http://127.0.0.1:{0}'", "failed request to 127.0.0.1:{0}: ")]
    [InlineData("statsd", "host: 127.0.0.1, port: {0}, use_tcp: true", "failed to connect to 127.0.0.1:{0}: ")]
    [InlineData("zipkin", "http_endpoint: 'http://127.0.0.1:{0}', sample_ratio: 1", "zipkin request failed: ")]
    public async Task A_receiver_that_is_not_there_is_told_and_delays_nobody(string plugin, string config, string told)
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)closed.LocalEndPoint!).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        await using var scene = await Scene.StartAsync($"{{name: {plugin}, config: {{{config.Replace("{0}", port, StringComparison.Ordinal)}}}}}");

        using var response = await scene.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await scene.LoggedAsync(told.Replace("{0}", port, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Entries_that_come_faster_than_they_go_drive_out_the_oldest()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        await using var scene = await Scene.StartAsync(
            $"{{name: http-log, config: {{http_endpoint: 'http://127.0.0.1:{port}', queue: {{max_entries: 2, max_retry_time: 1}}}}}}");

        for (var i = 0; i < 5; i++)
            using (var response = await scene.GetAsync("/"))
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        await scene.LoggedAsync("queue full, dropping old entries until processing is successful again");
    }
}
