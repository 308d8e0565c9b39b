using System.Text.Json.Nodes;
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

    [Theory]
    [InlineData("return nil", null)]
    [InlineData(" return 'a' .. 1 ; ", null)]
    [InlineData("return", null)]
    [InlineData("return kong.request.get_host()", "only constants can be returned without a Lua machine, and this function has 'kong'")]
    [InlineData("local x = 1 return x", "only constants can be returned without a Lua machine, and this function has more than a return")]
    [InlineData("return 1 +", "Error parsing function: unexpected symbol near '<eof>'")]
    public void Only_constants_can_be_custom_fields(string lua, string? error) => Assert.Equal(error, ConstantLua.Check(lua));

    static Task<Scene> Start(string config) => Scene.StartAsync($"{{name: http-log, config: {{{config}}}}}");
}
