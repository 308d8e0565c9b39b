using System.Text.Json.Nodes;
using Gibbon.Pdk;
using Gibbon.Plugins.Shared.Lua;
using Gibbon.Testing;

namespace Gibbon.Plugins.HttpLog;

public sealed class HttpLogTests
{
    [Fact]
    public async Task An_entry_is_one_object()
    {
        await using var server = FakeUpstream.Start();
        await using var scene = await Start(
            $"http_endpoint: 'http://u:p@127.0.0.1:{server.Port}/httplog?dropped=1', headers: {{X-Extra: v}}, "
            + "custom_fields_by_lua: {extra.one: 'return 1', request.headers: return nil}");

        await scene.GetAsync("/ok?x=1&x=2&flag", ("Authorization", "Basic x"));
        var request = await server.NextRequestAsync();
        var entry = JsonNode.Parse(request.Text)!;

        Assert.Equal(("POST", "/httplog"), (request.Method, request.Target));
        Assert.Equal(
            ("Basic dTpw", "v", "application/json", request.Body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            (request.Header("Authorization"), request.Header("X-Extra"), request.Header("Content-Type"), request.Header("Content-Length")));
        Assert.Equal("/ok?x=1&x=2&flag", (string?)entry["request"]!["uri"]);
        Assert.Equal(200, (int?)entry["response"]!["status"]);
        Assert.Equal(1, (int?)entry["extra"]!["one"]);
        Assert.Null(entry["request"]!["headers"]);
    }

    [Fact]
    public async Task A_batch_is_an_array()
    {
        await using var server = FakeUpstream.Start();
        await using var scene = await Start(
            $"http_endpoint: '{server.Url}/batch', method: PUT, queue: {{max_batch_size: 2, max_coalescing_delay: 30}}");

        await scene.GetAsync("/one");
        await scene.GetAsync("/two");
        var request = await server.NextRequestAsync();

        Assert.Equal("PUT", request.Method);
        Assert.Equal(["/one", "/two"], JsonNode.Parse(request.Text)!.AsArray().Select(entry => (string?)entry!["request"]!["uri"]));
    }

    [Fact]
    public async Task A_batch_of_one_is_an_array_too()
    {
        await using var server = FakeUpstream.Start();
        await using var scene = await Start($"http_endpoint: '{server.Url}', queue: {{max_batch_size: 2, max_coalescing_delay: 0.01}}");

        await scene.GetAsync("/one");

        Assert.Single(JsonNode.Parse((await server.NextRequestAsync()).Text)!.AsArray());
    }

    [Fact]
    public async Task The_old_names_of_the_queues_sizes_still_work()
    {
        await using var server = FakeUpstream.Start();
        await using var scene = await Start($"http_endpoint: '{server.Url}', queue_size: 2, flush_timeout: 30");

        await scene.GetAsync("/one");
        await scene.GetAsync("/two");

        Assert.Equal(2, JsonNode.Parse((await server.NextRequestAsync()).Text)!.AsArray().Count);
    }

    [Fact]
    public async Task What_the_server_refuses_is_sent_again()
    {
        var answers = 0;
        await using var server = FakeUpstream.Start(_ => UpstreamAnswer.Text("", Interlocked.Increment(ref answers) == 1 ? 503 : 200));
        await using var scene = await Start($"http_endpoint: '{server.Url}'");

        await scene.GetAsync("/again");
        var first = await server.NextRequestAsync();
        var second = await server.NextRequestAsync();

        Assert.Equal(first.Text, second.Text);
    }

    [Fact]
    public async Task The_log_says_which_queue_it_was_and_why_but_not_the_password()
    {
        await using var server = FakeUpstream.Start(UpstreamAnswer.Text("too busy", 503));
        await using var scene = await Start($"http_endpoint: 'http://u:secret@127.0.0.1:{server.Port}/a', queue: {{max_retry_time: -1}}");

        await scene.GetAsync("/lost");
        await scene.LoggedAsync("could not send entries due to max_retry_time exceeded. 1 queue entries were lost");

        Assert.Matches(
            $@"\[http-log plugin [0-9a-f-]{{36}}\] queue http://127\.0\.0\.1:{server.Port}/a:POST:application/json:10000:60000:nil: "
            + $@"handler could not process entries: request to 127\.0\.0\.1:{server.Port} returned status code 503 and body too busy",
            scene.ErrorLog);
        Assert.DoesNotContain("secret", scene.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_services_status_is_a_number_when_a_plugin_waits_for_the_whole_response()
    {
        await using var server = FakeUpstream.Start();
        await using var gateway = await TestGateway.StartAsync(
            $$"""
            _format_version: "3.0"
            services:
            - url: {{server.Url}}
              routes: [{paths: [/]}]
            plugins:
            - {name: waiting}
            - {name: http-log, config: {http_endpoint: '{{server.Url}}/log' } }
            """,
            plugins: [new Waiting()]);

        using var response = await gateway.Client.GetAsync("/");
        await server.NextRequestAsync();
        var entry = JsonNode.Parse((await server.NextRequestAsync()).Text)!;

        Assert.Equal("200", entry["upstream_status"]!.ToJsonString());
    }

    [Fact]
    public async Task The_path_goes_out_as_it_was_written_without_parameters()
    {
        await using var server = FakeUpstream.Start();
        await using var scene = await Start($"http_endpoint: '{server.Url}/a/../b%7Ec/./d;p=1?q=2'");

        await scene.GetAsync("/");

        Assert.Equal("/a/../b%7Ec/./d", (await server.NextRequestAsync()).Target);
    }

    [Theory]
    [InlineData("return nil", null)]
    [InlineData(" return 'a' .. 1 ; ", null)]
    [InlineData("return", null)]
    [InlineData("return kong.request.get_host()", "only constants can be returned without a Lua machine, and this function has 'kong'")]
    [InlineData("local x = 1 return x", "only constants can be returned without a Lua machine, and this function has more than a return")]
    [InlineData("return 1 +", "Error parsing function: unexpected symbol near '<eof>'")]
    public void Only_constants_can_be_custom_fields(string lua, string? error) => Assert.Equal(error, ConstantLua.Check(lua));

    sealed record WaitingConfig;

    sealed class Waiting : Plugin<WaitingConfig>
    {
        public override string Name => "waiting";

        public override int Priority => 1;

        public override string Version => "1.0.0";

        public override ValueTask ResponseAsync(RequestContext context, WaitingConfig config) => ValueTask.CompletedTask;
    }

    static Task<Scene> Start(string config) => Scene.StartAsync($"{{name: http-log, config: {{{config}}}}}");
}
