using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gibbon.Pdk;
using Gibbon.Testing;

namespace Gibbon.Tests.Proxy;

/// <summary>A gateway with probes on all requests, in front of an upstream that tells requests back.</summary>
internal sealed class PdkScene : IAsyncDisposable
{
    public const string Bob = "b0b00000-0000-4000-8000-000000000000";

    private PdkScene(FakeUpstream upstream, TestGateway gateway) => (Upstream, Gateway) = (upstream, gateway);

    public FakeUpstream Upstream { get; }

    public TestGateway Gateway { get; }

    public IPEndPoint Address => new(IPAddress.Loopback, Gateway.ProxyPort);

    public ReceivedRequest Received => Upstream.Requests[^1];

    public static Task<PdkScene> StartAsync(params Plugin[] probes) => StartAsync("/", null, "", probes);

    public static async Task<PdkScene> StartAsync(
        string path,
        IReadOnlyDictionary<string, string>? settings,
        string morePlugins,
        params Plugin[] probes)
    {
        var upstream = FakeUpstream.Start();
        var plugins = string.Join(", ", probes.Select(probe => $"{{name: {probe.Name}}}"));
        var gateway = await TestGateway.StartAsync(
            $$"""
            _format_version: "3.0"
            services:
            - name: echo
              url: {{upstream.Url}}
              retries: 0
              routes:
              - name: all
                paths: ['{{path}}']
            plugins: [{{plugins}}{{morePlugins}}]
            consumers:
            - id: {{Bob}}
              username: bob
            upstreams:
            - name: pool
              targets: [{target: "127.0.0.1:{{upstream.Port}}"}]
            - name: dead
              targets: [{target: "127.0.0.1:1", weight: 0}]
            """,
            settings,
            probes);
        return new PdkScene(upstream, gateway);
    }

    /// <summary>What the probe makes of a request in access, as the JSON that it answers with.</summary>
    public static Func<RequestContext, ProbeConfig, ValueTask> Tell(Func<RequestContext, JsonNode> ask) =>
        (context, _) => context.Response.Exit(200, ask(context));

    /// <summary>Sends a request as it is given, closes behind it, and returns the answer as it came.</summary>
    public Task<string> SendRawAsync(string request) => RawClient.ExchangeAsync(Address, request);

    public Task<string> GetRawAsync(string target, params string[] headers) =>
        SendRawAsync($"GET {target} HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n{string.Concat(headers.Select(line => line + "\r\n"))}\r\n");

    public async Task<JsonNode> GetJsonAsync(string target, params string[] headers) => Body(await GetRawAsync(target, headers));

    public static JsonNode Body(string answer) => JsonNode.Parse(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..])!;

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Waits until a log holds a text, and returns the line that holds it.</summary>
    public async Task<string> LogLineAsync(string containing, string file = "error.log")
    {
        var path = Path.Combine(Gateway.Prefix, "logs", file);
        for (var attempt = 0; attempt < 400; attempt++)
        {
            if (File.Exists(path))
            {
                await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var reader = new StreamReader(stream);
                var found = (await reader.ReadToEndAsync()).Split('\n').FirstOrDefault(line => line.Contains(containing, StringComparison.Ordinal));
                if (found is not null)
                {
                    return found;
                }
            }

            await Task.Delay(25);
        }

        throw new TimeoutException($"no line with \"{containing}\" in {path}");
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}

/// <summary>What probes have seen, for tests to wait for: the log phase runs after the answer has gone.</summary>
internal sealed class Seen<T>
{
    private readonly BlockingCollection<T> _items = [];

    public void Add(T item) => _items.Add(item);

    public T Next() => _items.TryTake(out var item, TimeSpan.FromSeconds(10)) ? item : throw new TimeoutException("nothing was seen");
}
