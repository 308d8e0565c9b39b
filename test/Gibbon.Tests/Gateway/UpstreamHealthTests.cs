using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Gibbon.Pdk;
using Gibbon.Testing;
using Gibbon.Tests.Proxy;

namespace Gibbon.Tests.Gateway;

/// <summary>Health checks as clients see them, through the front door.</summary>
public sealed class UpstreamHealthTests
{
    [Fact]
    public async Task Killing_one_of_three_targets_fails_no_request_and_its_return_brings_its_share_back()
    {
        await using ServerProcess first = await ServerProcess.StartAsync();
        await using ServerProcess second = await ServerProcess.StartAsync();
        ServerProcess third = await ServerProcess.StartAsync();
        int port = third.Port;
        await using TestGateway gateway = await StartAsync(
            "active: {healthy: {interval: 0.2, successes: 2}, unhealthy: {interval: 0.2, tcp_failures: 1}}, passive: {unhealthy: {tcp_failures: 1}}",
            [first.Port, second.Port, port]);
        ConcurrentDictionary<string, int> answers = new();
        ConcurrentQueue<string> failures = new();
        using var stop = new CancellationTokenSource();
        Task[] load = [.. Enumerable.Range(0, 8).Select(_ => Task.Run(() => LoadAsync(gateway, answers, failures, stop.Token)))];

        await UntilAsync(() => answers.GetValueOrDefault(port.ToString()) > 50);
        await third.KillAsync();
        int before = answers.Values.Sum();
        await UntilAsync(() => answers.Values.Sum() > before + 500);
        int killed = answers.GetValueOrDefault(port.ToString());
        await using ServerProcess again = await ServerProcess.StartAsync(port);
        await UntilAsync(() => answers.GetValueOrDefault(port.ToString()) > killed + 50);
        await stop.CancelAsync();
        await Task.WhenAll(load);

        Assert.Empty(failures);
        await AssertTakenBackByAsync(gateway, port, "http probe: status 200 (2/2)");
    }

    [Fact]
    public async Task Failures_of_requests_open_the_circuit_and_health_outlives_reloads()
    {
        await using var upstream = FakeUpstream.Start(request => UpstreamAnswer.Text("", request.Target == "/bad" ? 500 : 200));
        using Watcher watcher = new();
        const string Checks = "passive: {unhealthy: {http_failures: 2, http_statuses: [500]}}";
        await using TestGateway gateway = await StartAsync(Checks, [upstream.Port], watcher.Plugin);

        Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync(gateway, "/bad"));
        Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync(gateway, "/bad"));
        await UntilAsync(() => watcher.States.SequenceEqual([TargetState.Unhealthy]));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(gateway, "/good"));

        // A change that has nothing to do with it, one of the same upstream, and a reload with other settings.
        await gateway.LoadAsync(Configuration(Checks, [upstream.Port], watcher.Plugin) + "\nconsumers: [{username: bob}]");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(gateway, "/good"));
        await gateway.LoadAsync(Configuration(Checks, [upstream.Port, 1], watcher.Plugin));
        await gateway.ReloadAsync(
            Configuration(Checks, [upstream.Port], watcher.Plugin),
            new Dictionary<string, string> { ["log_level"] = "info", ["plugins"] = "bundled,probe" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(gateway, "/good"));
        Assert.Contains($"unhealthy: 127.0.0.1:{upstream.Port}, request: status 500 (2/2)", gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, HttpStatusCode.BadGateway)]
    [InlineData(2, HttpStatusCode.ServiceUnavailable)]
    public async Task A_refusal_counts_against_the_target_when_another_try_follows(int retries, HttpStatusCode then)
    {
        await using TestGateway gateway = await StartAsync("passive: {unhealthy: {tcp_failures: 1}}", [1], retries: retries);

        await StatusAsync(gateway, "/");
        await UntilAsync(() => StatusAsync(gateway, "/").GetAwaiter().GetResult() == then);
    }

    [Fact]
    public async Task A_client_that_goes_away_says_nothing_of_the_target()
    {
        await using var upstream = FakeUpstream.Start(request => UpstreamAnswer.Text("ok") with { Delay = request.Target == "/slow" ? TimeSpan.FromSeconds(30) : default });
        using Watcher watcher = new();
        await using TestGateway gateway = await StartAsync("passive: {unhealthy: {http_failures: 1, tcp_failures: 1, timeouts: 1, http_statuses: [499, 502, 504]}}", [upstream.Port], watcher.Plugin);

        using (var impatient = new CancellationTokenSource())
        {
            Task<HttpResponseMessage> asking = gateway.Client.GetAsync("/slow", impatient.Token);
            await upstream.NextRequestAsync();
            await impatient.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        }

        watcher.Logged.Next();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/"));
        Assert.Equal([TargetState.Healthy], watcher.States);
    }

    // Nothing but these probes brought it back, and not one more than were asked for.
    private static async Task AssertTakenBackByAsync(TestGateway gateway, int port, string cause)
    {
        JsonNode history = JsonNode.Parse(
            await gateway.Admin.GetStringAsync($"/upstreams/pool.up/targets/127.0.0.1:{port}/history", TestContext.Current.CancellationToken))!;
        Assert.Contains(
            ("mostly_unhealthy", "healthy", cause),
            history["addresses"]![0]!["transitions"]!.AsArray().Select(static step => ((string?)step!["from"], (string?)step["to"], (string?)step["cause"])));
    }

    private static async Task LoadAsync(TestGateway gateway, ConcurrentDictionary<string, int> answers, ConcurrentQueue<string> failures, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using HttpResponseMessage answer = await gateway.Client.GetAsync("/", CancellationToken.None);
                string text = await answer.Content.ReadAsStringAsync(CancellationToken.None);
                if (answer.StatusCode == HttpStatusCode.OK) answers.AddOrUpdate(text, 1, static (_, count) => count + 1);
                else failures.Enqueue($"{(int)answer.StatusCode} {text}");
            }
            catch (HttpRequestException failure)
            {
                failures.Enqueue(failure.ToString());
            }
        }
    }

    private static async Task UntilAsync(Func<bool> done)
    {
        for (int i = 0; i < 3000 && !done(); i++) await Task.Delay(20);

        Assert.True(done());
    }

    private static async Task<HttpStatusCode> StatusAsync(TestGateway gateway, string path)
    {
        using HttpResponseMessage answer = await gateway.Client.GetAsync(path, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static Task<TestGateway> StartAsync(string checks, int[] ports, ProbePlugin? plugin = null, int retries = 5) => TestGateway.StartAsync(
        Configuration(checks, ports, plugin, retries), plugins: plugin is null ? null : [plugin]);

    private static string Configuration(string checks, int[] ports, ProbePlugin? plugin = null, int retries = 5) => $$"""
        _format_version: "3.0"
        services: [{name: s, host: pool.up, retries: {{retries}}, routes: [{name: all, paths: [/]}]}]
        plugins: [{{(plugin is null ? "" : "{name: probe}")}}]
        upstreams:
        - name: pool.up
          healthchecks: {{{checks}}}
          targets: [{{string.Join(", ", ports.Select(static port => $"{{target: \"127.0.0.1:{port}\"}}"))}}]
        """;

    // Sees the health of the targets as plugins do, and when a request's log phase has come.
    private sealed class Watcher : IDisposable
    {
        private IUpstreams? _upstreams;

        public Watcher() => Plugin = new ProbePlugin
        {
            OnAccess = (context, _) =>
            {
                _upstreams = context.Host.Upstreams;
                return default;
            },
            OnLog = _ => Logged.Add(true),
        };

        public ProbePlugin Plugin { get; }

        public Seen<bool> Logged { get; } = new();

        public IEnumerable<TargetState> States => _upstreams!.GetHealth().Single().Targets.Select(static target => target.State);

        public void Dispose()
        {
        }
    }
}
