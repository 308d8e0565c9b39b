using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gibbon.Plugins.Sinks;
using Gibbon.Plugins.Syslog;
using Gibbon.Recordings;
using Gibbon.Testing;

namespace Gibbon.Plugins.Telemetry;

/// <summary>
/// The traffic that was recorded, sent once through a gateway with the configuration that was recorded: every telemetry plugin at the same time,
/// each with a real receiver. Ports are put back to those of the recording in all that is received.
/// </summary>
public sealed class RecordedTraffic : IAsyncLifetime
{
    static readonly string[] UdpPlugins = ["udp-log", "loggly", "statsd", "datadog"];

    readonly Dictionary<string, DatagramSink> udp = UdpPlugins.ToDictionary(name => name, _ => DatagramSink.Udp());
    readonly List<(int Ours, int Recorded)> ports = [];
    readonly string directory = Directory.CreateTempSubdirectory("gibbon-telemetry-").FullName;
    DatagramSink syslog = null!;
    LineSink tcp = null!;
    FakeUpstream upstream = null!;

    /// <summary>The names of the requests, in order.</summary>
    public static string[] Requests { get; } = [.. Read("traffic.json")["requests"]!.AsObject().Select(item => item.Key)];

    /// <summary>What each plugin sent, in the order in which it came: one text for each request, or for each datagram.</summary>
    public Dictionary<string, List<string>> Received { get; } = [];

    /// <summary>The requests to the collector, by path.</summary>
    internal List<ReceivedRequest> Collected { get; } = [];

    /// <summary>The responses, by request.</summary>
    public Dictionary<string, string> Responses { get; } = [];

    /// <summary>The page of metrics, at the end.</summary>
    public string Metrics { get; private set; } = "";

    public static JsonNode Read(string file) => JsonNode.Parse(RecordedFiles.Read($"recorded/telemetry/{file}"))!;

    public async ValueTask InitializeAsync()
    {
        upstream = FakeUpstream.Start(Answer);
        await using var collector = FakeUpstream.Start(UpstreamAnswer.Text(""));
        await using var lines = tcp = new LineSink();
        await using var messages = syslog = DatagramSink.At(Path.Combine(directory, "log"));
        using var dead = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        dead.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        ports.AddRange(
        [
            (upstream.Port, 28901), (((IPEndPoint)dead.LocalEndPoint!).Port, 28999), (collector.Port, 28501), (tcp.Port, 28511),
            (udp["udp-log"].Port, 28521), (udp["statsd"].Port, 28522), (udp["datadog"].Port, 28523), (udp["loggly"].Port, 28524),
        ]);

        var file = Path.Combine(directory, "file.log");
        var gateway = await TestGateway.StartAsync(
            Configuration(file),
            new Dictionary<string, string> { ["tracing_instrumentations"] = "all", ["tracing_sampling_rate"] = "1" },
            [new SyslogPlugin(socket: Path.Combine(directory, "log"))]);
        ports.Add((gateway.ProxyPort, 28400));
        foreach (var (name, request) in Read("traffic.json")["requests"]!.AsObject())
        {
            Responses[name] = await SendAsync(gateway.ProxyPort, (string)request!["request"]!);

            // Entries of one request must be out before those of the next, or plugins could mix them up.
            Take("syslog", await syslog.NextAsync());
            Take("tcp-log", (await tcp.NextAsync()).Line + "\n");
            foreach (var plugin in (string[])["udp-log", "loggly"])
                Take(plugin, await udp[plugin].NextAsync());
        }

        Received["file-log"] = [.. (await LinesAsync(file)).Select(Recorded)];
        using var metrics = await gateway.Admin.GetAsync("/metrics");
        Metrics = await metrics.Content.ReadAsStringAsync();
        await gateway.DisposeAsync();
        foreach (var plugin in (string[])["statsd", "datadog"])
            foreach (var line in await udp[plugin].ToEndAsync())
                Take(plugin, line);

        Collected.AddRange(collector.Requests);
        Received["http-log"] = [.. Collected.Where(request => request.Target == "/httplog").Select(request => Recorded(request.Text))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sink in udp.Values)
            await sink.DisposeAsync();

        await upstream.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>A text with the ports of the recording.</summary>
    public string Recorded(string text) =>
        ports.Aggregate(text, (result, pair) => Regex.Replace(result, $"(?<![0-9]){pair.Ours}(?![0-9])", $"{pair.Recorded}"));

    internal static UpstreamAnswer Answer(ReceivedRequest request)
    {
        var status = Regex.Match(request.Target, "s=([0-9]+)") is { Success: true } match ? match.Groups[1].Value : "200";
        return UpstreamAnswer.Raw(
            $"HTTP/1.1 {status} {(status == "200" ? "OK" : "X")}\r\nContent-Type: application/json\r\nContent-Length: 6\r\nX-Up: 1\r\n"
            + "Connection: close\r\n\r\nhello\n");
    }

    internal static async Task<string> SendAsync(int port, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }

    static async Task<string[]> LinesAsync(string file)
    {
        for (var i = 0; i < 3000; i++)
        {
            var text = File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
            if (text.Count(c => c == '\n') == Requests.Length)
                return text.TrimEnd('\n').Split('\n');

            await Task.Delay(10);
        }

        throw new TimeoutException($"{file} does not fill");
    }

    string Configuration(string file)
    {
        var text = Encoding.UTF8.GetString(RecordedFiles.Read("recorded/telemetry/config.json"));
        foreach (var (ours, recorded) in ports)
            text = Regex.Replace(text, $"(?<![0-9]){recorded}(?![0-9])", $"{ours}");

        var configuration = JsonNode.Parse(text.Replace("<prefix>/file.log", file, StringComparison.Ordinal))!;
        var known = BundledPlugins.Create().Select(plugin => plugin.Name).ToHashSet();
        var plugins = configuration["plugins"]!.AsArray();
        foreach (var plugin in plugins.Where(plugin => !known.Contains((string)plugin!["name"]!)).ToList())
            plugins.Remove(plugin);

        return configuration.ToJsonString();
    }

    void Take(string plugin, string text)
    {
        if (!Received.TryGetValue(plugin, out var all))
            Received[plugin] = all = [];

        all.Add(Recorded(text));
    }
}

/// <summary>The traffic is sent once for all tests that look at it.</summary>
[CollectionDefinition(nameof(RecordedTraffic))]
public sealed class RecordedTrafficCollection : ICollectionFixture<RecordedTraffic>;
