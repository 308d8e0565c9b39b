namespace Gibbon.Plugins.Cors;

public sealed class CorsTests
{
    const string Methods = "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS,TRACE,CONNECT";

    [Theory]
    [InlineData("", "http://a.test", "*", null, null)]
    [InlineData("", null, "*", null, null)]
    [InlineData("origins: ['http://a.test', 'http://b.test']", "http://b.test", "http://b.test", null, "Origin")]
    [InlineData("origins: ['http://a.test', 'http://b.test']", "http://x.a.test", null, null, "Origin")]
    [InlineData("origins: ['http://a.test', 'http://b.test']", null, null, null, "Origin")]
    [InlineData("origins: ['http://a.test:80', 'http://b.test']", "http://a.test", "http://a.test", null, "Origin")]
    [InlineData("origins: ['.*\\.?a\\.test$']", "http://x.a.test", "http://x.a.test", null, "Origin")]
    [InlineData("origins: ['.*\\.?a\\.test$']", "null", null, null, "Origin")]
    [InlineData("origins: ['(a|b)\\.test']", "https://b.test:8443", "https://b.test:8443", null, "Origin")]
    [InlineData("origins: ['(a|b)\\.test']", "https://b.test.evil", null, null, "Origin")]
    [InlineData("origins: ['(a|b)\\.test']", "https://evilb.test", null, null, "Origin")]
    [InlineData("origins: ['*'], credentials: true", "null", "null", "true", "Origin")]
    [InlineData("origins: ['*'], credentials: true", null, "*", null, null)]
    [InlineData("origins: ['http://a.test', '*']", "http://b.test", "*", null, "Origin")]
    [InlineData("origins: ['http://a.test', '*']", null, null, null, "Origin")]
    [InlineData("origins: ['*', 'http://a.test'], credentials: true", null, null, "true", "Origin")]
    [InlineData("origins: ['http://a.test'], credentials: true", "http://b.test", "http://a.test", "true", "Origin")]
    [InlineData("origins: ['http://a.test'], credentials: true", null, "http://a.test", "true", "Origin")]
    public async Task A_response_tells_which_origin_may_read_it(string config, string? origin, string? allowed, string? credentials, string? vary)
    {
        await using var scene = await Scene.StartAsync($"{{name: cors, config: {{{config}}}}}");

        using var response = await (origin is null ? scene.GetAsync("/x") : scene.GetAsync("/x", ("Origin", origin)));

        Assert.Equal(
            (allowed, credentials, vary),
            (response.Header("Access-Control-Allow-Origin"), response.Header("Access-Control-Allow-Credentials"), response.Header("Vary")));
    }

    [Fact]
    public async Task A_preflight_is_answered()
    {
        await using var scene = await Scene.StartAsync("{name: cors, config: {max_age: 3600}}");

        using var response = await Preflight(scene, ("Access-Control-Request-Headers", "x-q, x-r"));

        Assert.Equal((200, ""), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal(
            ("*", Methods, "x-q, x-r", "3600"),
            (response.Header("Access-Control-Allow-Origin"),
                response.Header("Access-Control-Allow-Methods"),
                response.Header("Access-Control-Allow-Headers"),
                response.Header("Access-Control-Max-Age")));
        Assert.Empty(scene.Upstream.Requests);
    }

    [Fact]
    public async Task A_preflight_may_be_left_to_the_service()
    {
        await using var scene = await Scene.StartAsync("{name: cors, config: {preflight_continue: true}}");

        Assert.Null((await Preflight(scene)).Header("Access-Control-Allow-Origin"));
        Assert.Single(scene.Upstream.Requests);
        Assert.Equal("*", (await scene.GetAsync("/x")).Header("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task OPTIONS_without_a_wanted_method_is_no_preflight()
    {
        await using var scene = await Scene.StartAsync("{name: cors}");

        Assert.Equal("*", (await scene.SendAsync("OPTIONS", "/x", ("Origin", "http://a.test"))).Header("Access-Control-Allow-Origin"));
        Assert.Single(scene.Upstream.Requests);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("private_network: true", "true")]
    public async Task A_private_network_may_be_opened(string config, string? allowed)
    {
        await using var scene = await Scene.StartAsync($"{{name: cors, config: {{{config}}}}}");

        Assert.Equal(allowed, (await Preflight(scene, ("Access-Control-Request-Private-Network", "true"))).Header("Access-Control-Allow-Private-Network"));
    }

    [Fact]
    public async Task The_services_own_Vary_is_kept_and_its_origin_is_not()
    {
        await using var scene = await Scene.StartAsync("{name: cors, config: {origins: ['http://a.test', 'http://b.test'], exposed_headers: [x, y]}}");
        scene.Upstream.Answer = _ => new() { Headers = [new("Vary", "Accept"), new("Access-Control-Allow-Origin", "http://up.test")] };

        using var response = await scene.GetAsync("/x", ("Origin", "http://a.test"));

        Assert.Equal(
            ("Accept, Origin", "http://a.test", "x,y"),
            (response.Header("Vary"), response.Header("Access-Control-Allow-Origin"), response.Header("Access-Control-Expose-Headers")));
    }

    [Theory]
    [InlineData("https://u:p@Host:443/path?q", "https://Host", "Host")]
    [InlineData("http://h:8080", "http://h:8080", "h")]
    [InlineData("http://[::1]:80", "http://[::1]", "[::1]")]
    [InlineData("//h:1", "h:1", "h")]
    [InlineData("null", "null", "null")]
    public void Origins_are_compared_without_what_does_not_matter(string text, string normal, string host) =>
        Assert.Equal((normal, host), (Origin.Parse(text).Text, Origin.Parse(text).Host));

    static Task<HttpResponseMessage> Preflight(Scene scene, params (string Name, string Value)[] headers) =>
        scene.SendAsync("OPTIONS", "/x", [("Origin", "http://b.test"), ("Access-Control-Request-Method", "PATCH"), .. headers]);
}
