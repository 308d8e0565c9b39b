using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gibbon.Plugins.Sinks;
using Gibbon.Recordings;
using Gibbon.Testing;

namespace Gibbon.Plugins.Telemetry;

/// <summary>The recording of StatsD's manners of tags, its packets and TCP, and of Datadog's own names.</summary>
public sealed class RecordedStatsdTests
{
    static readonly (string Sink, int Port, string Path)[] Udp =
    [
        ("statsd-dogstatsd", 28525, "/dogstatsd/ok"), ("statsd-influxdb", 28526, "/influxdb/ok"), ("statsd-librato", 28527, "/librato/ok"),
        ("statsd-signalfx", 28528, "/signalfx/ok"), ("statsd-packed", 28529, "/packed/ok"), ("datadog", 28523, "/dd/ok"),
    ];

    [Fact]
    public async Task Packets_are_those_of_Kong()
    {
        await using var upstream = FakeUpstream.Start(RecordedTraffic.Answer);
        await using var lines = new LineSink();
        var sinks = Udp.ToDictionary(item => item.Sink, _ => DatagramSink.Udp());
        (int Ours, int Recorded)[] ports =
            [(upstream.Port, 28901), (lines.Port, 28512), (upstream.Port, 28501), .. Udp.Select(item => (sinks[item.Sink].Port, item.Port))];
        var recording = JsonNode.Parse(RecordedFiles.Read("recorded/telemetry/statsd-variants.json"))!;
        var configuration = ports.Aggregate(
            recording["config"]!.ToJsonString(),
            (text, pair) => Regex.Replace(text, $"(?<![0-9]){pair.Recorded}(?![0-9])", $"{pair.Ours}"));
        var gateway = await TestGateway.StartAsync(configuration);
        string[] first = [];
        foreach (var path in Udp.Select(item => item.Path).Append("/tcpstatsd/ok"))
        {
            Assert.StartsWith("HTTP/1.1 200 ", await RecordedTraffic.SendAsync(
                gateway.ProxyPort,
                $"GET {path} HTTP/1.1\r\nHost: api.example.test:28400\r\nUser-Agent: probe/1\r\nConnection: close\r\n\r\n"));

            // Whoever sends first tells of the shared dictionaries too: as recorded, that is the first.
            if (path == Udp[0].Path)
                first = await sinks[Udp[0].Sink].NextAsync(Recorded(recording, Udp[0].Sink).Length);
        }

        var tcp = (await lines.NextAsync()).Line + "\n" + (await lines.NextAsync()).Line + "\n";
        await gateway.DisposeAsync();
        foreach (var (sink, receiver) in sinks)
        {
            AssertLike(Recorded(recording, sink), [.. sink == Udp[0].Sink ? first : [], .. await receiver.ToEndAsync()]);
            await receiver.DisposeAsync();
        }

        AssertLike(Recorded(recording, "statsd-tcp"), [tcp]);
    }

    static string[] Recorded(JsonNode recording, string sink) =>
        [.. recording["packets"]!.AsArray().Where(packet => (string?)packet!["sink"] == sink).Select(packet => (string)packet!["data"]!)];

    // The order is no promise; the sizes of responses contain times.
    static void AssertLike(string[] recorded, string[] actual)
    {
        var left = actual.ToList();
        foreach (var packet in recorded.Select(packet => Regex.Replace(packet, "(response.size[^:]*|response.size.*\\]):[0-9]+\\|", "$1:<bytes>|")))
        {
            var found = left.FindIndex(candidate => Likeness.IsLike(packet, candidate));
            Assert.True(found >= 0, $"missing: {packet}\namong:\n{string.Join('\n', left)}");
            left.RemoveAt(found);
        }

        Assert.Empty(left);
    }
}
