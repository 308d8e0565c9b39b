using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Gibbon.Plugins.RequestTermination;

public sealed class RequestTerminationTests
{
    [Theory]
    [InlineData("", 503, "{\"message\":\"Service unavailable\"}")]
    [InlineData("status_code: 418, message: tea", 418, "{\"message\":\"tea\"}")]
    [InlineData("status_code: 404", 404, "{\"message\":\"Not found\"}")]
    [InlineData("status_code: 418", 418, "")]
    [InlineData("status_code: 204", 204, "")]
    [InlineData("status_code: 404, body: gone", 404, "gone")]
    public async Task The_answer_is_the_configured_one(string config, int status, string body)
    {
        await using var scene = await Scene.StartAsync($"{{name: request-termination, config: {{{config}}}}}");

        using var response = await scene.GetAsync("/x", ("Accept", "text/html"));

        Assert.Equal((status, body), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Empty(scene.Upstream.Requests);
    }

    [Fact]
    public async Task A_body_may_have_a_media_type()
    {
        await using var scene = await Scene.StartAsync("{name: request-termination, config: {body: <p>, content_type: text/html}}");

        Assert.Equal("text/html; charset=UTF-8", (await scene.GetAsync("/x")).Header("Content-Type"));
    }

    [Fact]
    public async Task With_a_trigger_only_requests_that_have_it_are_answered()
    {
        await using var scene = await Scene.StartAsync("{name: request-termination, config: {trigger: x-trig}}");

        Assert.Equal(200, (int)(await scene.GetAsync("/x")).StatusCode);
        Assert.Equal(503, (int)(await scene.GetAsync("/x", ("X-Trig", "1"))).StatusCode);
        Assert.Equal(503, (int)(await scene.GetAsync("/x?x-trig")).StatusCode);
    }

    [Fact]
    public async Task An_echo_describes_the_request_and_what_it_matched()
    {
        await using var scene = await Scene.StartAsync("{name: request-termination, config: {echo: true, status_code: 200}}");

        using var response = await scene.SendAsync("POST", "/x?a=1&b", JsonContent.Create(new { c = 2 }), ("X-Trig", "1"));

        var echo = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var request = echo["request"]!;
        Assert.Null(echo["message"]);
        Assert.Equal("{\"a\":\"1\",\"b\":true}", request["query"]!.ToJsonString());
        Assert.Equal("{\"c\":2}", request["body"]!.ToJsonString());
        Assert.Equal("{\"c\":2}", (string?)request["raw_body"]);
        Assert.Equal("{\"unnamed\":[],\"named\":{}}", request["uri_captures"]!.ToJsonString());
        Assert.Equal(
            ("POST", "/x", "http", "127.0.0.1", "1"),
            ((string?)request["method"], (string?)request["path"], (string?)request["scheme"], (string?)request["host"], (string?)request["headers"]!["x-trig"]));
        Assert.Equal(("all", "echo"), ((string?)echo["matched_route"]!["name"], (string?)echo["matched_service"]!["name"]));
        Assert.NotNull(echo["matched_route"]!["ws_id"]);
        Assert.False(echo["matched_route"]!.AsObject().ContainsKey("hosts"));
    }
}
