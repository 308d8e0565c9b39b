using System.Text;
using System.Text.RegularExpressions;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Testing;

namespace Gibbon.Tests.Proxy;

/// <summary>The log entry beside what Kong's file-log wrote about the same traffic.</summary>
public sealed partial class LogEntryTests
{
    [Theory]
    [InlineData("keyed GET")]
    [InlineData("no key")]
    [InlineData("POST body")]
    [InlineData("upstream 500")]
    [InlineData("no route")]
    [InlineData("dead upstream")]
    public async Task An_entry_has_the_fields_that_Kong_recorded(string name)
    {
        var traffic = Read("traffic.json").GetMap("requests")!.GetMap(name)!;
        var recorded = Read("file-log.json").GetMap("records")!.GetMap(name)!;
        var entries = new Seen<ValueMap>();
        await using var upstream = FakeUpstream.Start(static request => UpstreamAnswer.Raw(
            $"HTTP/1.1 {Status(request.Target)} X\r\nContent-Type: application/json\r\nContent-Length: 6\r\nX-Up: 1\r\n\r\nhello\n"));
        await using var gateway = await TestGateway.StartAsync(Configuration(upstream), null, [new ProbePlugin { OnLog = context => entries.Add(context.Log.Serialize()) }]);

        using var client = await RawClient.ConnectAsync(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, gateway.ProxyPort));
        await client.SendAsync(traffic.GetString("request")!);
        await client.ReadToEndAsync();
        var entry = entries.Next();

        var (size, recordedSize) = (entry.GetMap("request")!["size"], recorded.GetMap("request")!["size"]);
        var (sent, recordedSent) = ((long)entry.GetMap("response")!["size"]!, (long)recorded.GetMap("response")!["size"]!);
        Assert.Equal(recordedSize, size);
        // Latencies may have a digit more or less.
        Assert.InRange(sent, recordedSent - 4, recordedSent + 4);
        Assert.Equal(Text(Comparable(recorded)), Text(Comparable(entry)).Replace($":{gateway.ProxyPort}", ":28400", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Values_that_plugins_set_are_in_the_entry()
    {
        var entries = new Seen<ValueMap>();
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = static (context, _) =>
            {
                context.Log.SetSerializeValue("custom.x", 5L);
                context.Log.SetSerializeValue("request.method", null);
                return default;
            },
            OnLog = context => entries.Add(context.Log.Serialize()),
        });

        await scene.GetRawAsync("/ser?q=1", "Authorization: secret", "Proxy-Authorization: secret");

        var entry = entries.Next();
        Assert.Equal(5L, entry.GetMap("custom")!["x"]);
        Assert.False(entry.GetMap("request")!.ContainsKey("method"));
        Assert.Equal("REDACTED", entry.GetMap("request")!.GetMap("headers")!["authorization"]);
        Assert.Equal("REDACTED", entry.GetMap("request")!.GetMap("headers")!["proxy-authorization"]);
    }

    [Fact]
    public async Task A_request_over_TLS_says_so_in_OpenSSLs_words()
    {
        var entries = new Seen<ValueMap>();
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnLog = context => entries.Add(context.Log.Serialize()) });
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true } };
        using var client = new HttpClient(handler);

        using var answer = await client.GetAsync($"https://127.0.0.1:{scene.Gateway.ProxyTlsPort}/");

        var tls = entries.Next().GetMap("request")!.GetMap("tls")!;
        Assert.Matches("^TLSv1\\.[23]$", tls.GetString("version"));
        Assert.Matches("^(TLS_AES|TLS_CHACHA|ECDHE-)", tls.GetString("cipher"));
        Assert.Equal("NONE", tls["client_verify"]);
    }

    private static string Status(string target) => Regex.Match(target, @"s=(\d+)") is { Success: true } found ? found.Groups[1].Value : "200";

    private static string Configuration(FakeUpstream upstream) => $$"""
        _format_version: "3.0"
        services:
        - name: svc-a
          url: http://up-a/base
          routes: [{name: route-a, paths: [/a], plugins: [{name: key-auth}]}]
        - name: svc-b
          url: http://127.0.0.1:{{upstream.Port}}
          routes: [{name: route-b, paths: [/b]}]
        - name: svc-dead
          url: http://127.0.0.1:1
          retries: 1
          routes: [{name: route-dead, paths: [/dead]}]
        upstreams:
        - name: up-a
          targets: [{target: "127.0.0.1:{{upstream.Port}}"}]
        consumers:
        - username: bob
          custom_id: c-1
          keyauth_credentials: [{key: k1}]
        plugins: [{name: probe}]
        """;

    // What other plugins of the recording added, and what no two runs have in common, is left out on both sides.
    private static ValueMap Comparable(ValueMap entry)
    {
        foreach (var name in new[] { "trace_id", "extra" })
        {
            entry.Remove(name);
        }

        entry.GetMap("request")!.Remove("size");
        entry.GetMap("response")!.Remove("size");
        var headers = entry.GetMap("request")!.GetMap("headers")!;
        foreach (var name in headers.Keys.Where(static name => name.StartsWith("x-b3-", StringComparison.Ordinal)).ToList())
        {
            headers.Remove(name);
        }

        return entry;
    }

    private static string Text(object? value, string name = "") => value switch
    {
        ValueMap map => "{" + string.Join(",\n", map.OrderBy(static item => item.Key, StringComparer.Ordinal).Select(static item => $"{item.Key}:{Text(item.Value, item.Key)}")) + "}",
        ValueList list => "[" + string.Join(",", list.Select(item => Text(item, name))) + "]",
        string text => Unique().IsMatch(text) ? "<unique>" : text[0..Math.Min(1, text.Length)] == "<" || Latency().IsMatch(name) ? "<number>" : $"\"{text}\"",
        -1L => "-1",
        long or double when Varying().IsMatch(name) => "<number>",
        _ => Value.ToText(value),
    };

    private static ValueMap Read(string file)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "Gibbon.slnx")))
        {
            directory = directory.Parent!;
        }

        var path = Path.Combine(directory.FullName, "test", "Conformance", "data", "recorded", "telemetry", file);
        Assert.True(ValueJson.TryRead(File.ReadAllBytes(path), out var value, out var error), error);
        return (ValueMap)value!;
    }

    [GeneratedRegex("^(started_at|kong|proxy|request|receive|balancer_.*|created_at|updated_at|port)$")]
    private static partial Regex Varying();

    [GeneratedRegex("^x-kong-.*latency$")]
    private static partial Regex Latency();

    [GeneratedRegex("^(<hex32>|<uuid>|[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f-]{27})$")]
    private static partial Regex Unique();
}
