using System.Net;
using System.Net.Sockets;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Testing;

namespace Gibbon.Tests.Proxy;

public sealed class PdkServiceTests
{
    [Theory]
    [InlineData("/new/%20 x", "/new/%20%20x?x=1&y=2")]
    [InlineData("/a?b#c%2f../ü", "/a?b#c%2f../%C3%BC?x=1&y=2")]
    [InlineData("/a\r\nX-Evil: 1", "/a%0D%0AX-Evil:%201?x=1&y=2")]
    public async Task A_path_that_a_plugin_set_is_escaped_and_keeps_the_query(string path, string expected)
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnAccess = Do(context => context.Service.Request.SetPath(path)) });

        await scene.GetRawAsync("/a/b?x=1&y=2");

        Assert.Equal(expected, scene.Received.Target);
    }

    [Theory]
    [InlineData("k=v&&q=a b", "/a/b?k=v&&q=a%20b")]
    [InlineData("k=1\r\nX-Evil: 1", "/a/b?k=1%0D%0AX-Evil:%201")]
    public async Task A_query_that_a_plugin_set_cannot_end_the_request_line(string query, string expected)
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = Do(context =>
            {
                context.Service.Request.SetRawQuery(query);
                context.Service.Request.SetMethod("PUT");
            }),
        });

        await scene.GetRawAsync("/a/b?x=1&y=2");

        Assert.Equal(("PUT", expected), (scene.Received.Method, scene.Received.Target));
    }

    [Fact]
    public async Task Headers_are_set_added_and_cleared()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = Do(context =>
            {
                var request = context.Service.Request;
                request.SetHeader("X-A", "new");
                request.AddHeader("X-B", "4");
                request.AddHeader("X-C", 7);
                request.AddHeader("X-D", true);
                request.SetHeader("X-E", new[] { "1", "2" });
                request.SetHeader("X-F", "");
                request.SetHeader("Host", "set.test");
                request.ClearHeader("x_gone");
            }),
        });

        await scene.GetRawAsync("/", "X-A: 1", "X-B: 2", "X-B: 3", "X-Gone: 1");

        var received = scene.Received;
        Assert.Equal(
            ("new", "2, 3, 4", "7", "true", "1, 2", "", "set.test", null),
            (received.Header("X-A"), received.Header("X-B"), received.Header("X-C"), received.Header("X-D"), received.Header("X-E"),
                received.Header("X-F")?.Trim(), received.Header("Host"), received.Header("X-Gone")));
    }

    [Fact]
    public async Task A_header_that_a_plugin_sets_for_the_service_cannot_bring_another_with_it()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = Do(context =>
            {
                context.Service.Request.SetHeader("X-A", "1\r\nX-Evil: 1");
                context.Service.Request.AddHeader("X-B", "2\nX-Evil: 1");
                context.Service.Request.SetHeader("X-C: 3\r\nX-Evil", "1");
                context.Service.Request.SetHeader("Host", "a\r\nX-Evil: 1");
            }),
        });

        await scene.GetRawAsync("/");

        Assert.Null(scene.Received.Header("X-Evil"));
        Assert.Equal("1%0D%0AX-Evil: 1", scene.Received.Header("X-A"));
        Assert.Equal("2%0AX-Evil: 1", scene.Received.Header("X-B"));
    }

    [Fact]
    public async Task A_body_that_a_plugin_wrote_is_sent_with_its_own_length_and_type()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = static async (context, _) =>
                Assert.True((await context.Service.Request.SetBodyAsync(new ValueMap { ["a"] = 1L, ["b"] = new ValueList { 2L } }, "application/json")).IsOk),
        });

        await scene.SendRawAsync("POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nold\r\n0\r\n\r\n");

        Assert.Equal("""{"a":1,"b":[2]}""", scene.Received.Text);
        Assert.Equal(("15", "application/json", null),
            (scene.Received.Header("Content-Length"), scene.Received.Header("Content-Type"), scene.Received.Header("Transfer-Encoding")));
    }

    [Fact]
    public async Task A_raw_body_reaches_the_service_of_a_request_that_had_none()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = static (context, _) => context.Service.Request.SetRawBodyAsync(PdkScene.Utf8("raw")),
        });

        await scene.GetRawAsync("/");

        Assert.Equal(("GET", "raw", "3"), (scene.Received.Method, scene.Received.Text, scene.Received.Header("Content-Length")));
    }

    [Fact]
    public async Task A_target_takes_the_request_elsewhere_under_its_own_name()
    {
        await using var other = FakeUpstream.Start();
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnAccess = Do(context => context.Service.SetTarget("127.0.0.1", other.Port)) });

        await scene.GetRawAsync("/a");

        Assert.Empty(scene.Upstream.Requests);
        Assert.Equal(("/a", "127.0.0.1"), (other.Requests[0].Target, other.Requests[0].Header("Host")));
    }

    [Fact]
    public async Task An_upstream_takes_the_request_to_one_of_its_targets()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnAccess = Do(context => Assert.True(context.Service.SetUpstream("pool").IsOk)) });

        await scene.GetRawAsync("/a");

        Assert.Equal($"127.0.0.1:{scene.Upstream.Port}", scene.Received.Header("Host"));
    }

    [Fact]
    public async Task An_upstream_without_a_target_is_unavailable()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnAccess = Do(context => Assert.True(context.Service.SetUpstream("dead").IsOk)) });

        var answer = await scene.GetRawAsync("/a");

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Equal("failure to get a peer from the ring-balancer", (string?)PdkScene.Body(answer)["message"]);
    }

    [Fact]
    public async Task An_upstream_that_is_missing_is_said_to_be_and_changes_nothing()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = Do(context => context.Service.Request.SetHeader("x-res", context.Service.SetUpstream("missing").Error)),
        });

        await scene.GetRawAsync("/");

        Assert.Equal("could not find an Upstream named 'missing'", scene.Received.Header("x-res"));
    }

    [Fact]
    public async Task Timeouts_that_a_plugin_set_are_kept()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnAccess = Do(context => context.Service.SetTimeouts(100, 100, 300)) });
        scene.Upstream.Answer = static _ => new UpstreamAnswer { Delay = TimeSpan.FromSeconds(20) };

        var answer = await scene.GetRawAsync("/");

        Assert.StartsWith("HTTP/1.1 504 ", answer, StringComparison.Ordinal);
        Assert.Contains("The upstream server is timing out", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_service_that_is_asked_in_TLS_has_no_valid_answer()
    {
        using var plain = new TcpListener(IPAddress.Loopback, 0);
        plain.Start();
        var answering = AnswerInClearAsync(plain);
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = Do(context =>
            {
                context.Service.SetTarget("127.0.0.1", ((IPEndPoint)plain.LocalEndpoint).Port);
                context.Service.Request.SetScheme("https");
            }),
        });

        Assert.StartsWith("HTTP/1.1 502 ", await scene.GetRawAsync("/"), StringComparison.Ordinal);
        await answering;
    }

    [Fact]
    public async Task A_target_that_is_set_before_the_route_is_known_stays()
    {
        await using var other = FakeUpstream.Start();
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnRewrite = Do(context => context.Service.SetTarget("127.0.0.1", other.Port)) });

        await scene.GetRawAsync("/a");

        Assert.Empty(scene.Upstream.Requests);
        Assert.Single(other.Requests);
    }

    [Fact]
    public async Task A_target_that_fails_is_not_tried_again_unless_the_plugin_names_another()
    {
        await using var other = FakeUpstream.Start();
        var asked = 0;
        await using var alone = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = Do(context =>
            {
                context.Service.SetRetries(3);
                context.Service.SetTarget("127.0.0.1", 1);
            }),
        });
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = Do(context =>
            {
                context.Service.SetRetries(3);
                context.Service.SetTarget("127.0.0.1", 1);
                context.Service.SetTargetRetryCallback(again =>
                {
                    if (++asked == 2) again.Service.SetTarget("127.0.0.1", other.Port);
                    return Result.Ok;
                });
            }),
        });

        Assert.StartsWith("HTTP/1.1 502 ", await alone.GetRawAsync("/"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 ", await scene.GetRawAsync("/"), StringComparison.Ordinal);
        Assert.Equal((2, 1), (asked, other.Requests.Count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_plugin_that_knows_no_other_target_ends_the_tries(bool throws)
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = Do(context =>
            {
                context.Service.SetRetries(3);
                context.Service.SetTarget("127.0.0.1", 1);
                context.Service.SetTargetRetryCallback(_ => throws ? throw new InvalidOperationException("no more") : Result.Failure("no more"));
            }),
        });

        var answer = await scene.GetRawAsync("/");

        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("The upstream server is currently unavailable", answer, StringComparison.Ordinal);
        Assert.Contains("no more", await scene.LogLineAsync("retry handler failed"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_target_that_names_an_upstream_is_balanced_by_it()
    {
        await using var scene = await PdkScene.StartAsync(new ProbePlugin { OnAccess = Do(context => context.Service.SetTarget("pool", 1)) });

        await scene.GetRawAsync("/a");

        Assert.Single(scene.Upstream.Requests);
    }

    [Fact]
    public async Task A_target_that_a_plugin_sets_is_no_business_of_the_upstreams_health()
    {
        IReadOnlyList<UpstreamHealth> health = [];
        await using var upstream = FakeUpstream.Start();
        var plugin = new ProbePlugin
        {
            OnAccess = Do(context =>
            {
                context.Service.SetTarget("127.0.0.1", 1);
                health = context.Host.Upstreams.GetHealth();
            }),
        };
        await using var gateway = await TestGateway.StartAsync($$"""
            _format_version: "3.0"
            services: [{name: s, host: watched, retries: 2, routes: [{name: r, paths: [/]}]}]
            plugins: [{name: probe}]
            upstreams:
            - name: watched
              healthchecks:
                passive:
                  unhealthy: {tcp_failures: 1, http_failures: 1, http_statuses: [502]}
              targets:
              - target: "127.0.0.1:{{upstream.Port}}"
            """, plugins: [plugin]);

        for (var i = 0; i < 3; i++)
        {
            using var answer = await gateway.Client.GetAsync("/", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        }

        Assert.Equal(TargetState.Healthy, health.Single().Targets.Single().State);
        Assert.Empty(upstream.Requests);
    }

    // As an HTTP server does with what is no HTTP.
    private static async Task AnswerInClearAsync(TcpListener listener)
    {
        using var socket = await listener.AcceptSocketAsync();
        await socket.ReceiveAsync(new byte[4096]);
        await socket.SendAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray());
    }

    private static Func<RequestContext, ProbeConfig, ValueTask> Do(Action<RequestContext> act) => (context, _) =>
    {
        act(context);
        return default;
    };
}
