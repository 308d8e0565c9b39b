using System.Net;
using System.Net.Http.Json;

namespace Gibbon.Plugins.KeyAuth;

public sealed class KeyAuthTests
{
    [Theory]
    [InlineData("/x", "apikey")]
    [InlineData("/x", "APIKEY")]
    [InlineData("/x?apikey=kb&a=1", null)]
    public async Task A_key_lets_its_consumer_in(string path, string? header)
    {
        await using var scene = await Scene.StartAsync("{name: key-auth}");

        using var response = await (header is null ? scene.GetAsync(path) : scene.GetAsync(path, (header, "kb")));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            [Scene.Bob, "b-1", "bob", Scene.BobsKey, null],
            Headers(scene, "X-Consumer-ID", "X-Consumer-Custom-ID", "X-Consumer-Username", "X-Credential-Identifier", "X-Anonymous-Consumer"));
    }

    [Fact]
    public async Task Without_a_good_key_the_answer_is_401_with_a_challenge()
    {
        await using var scene = await Scene.StartAsync("{name: key-auth, config: {realm: mine}}");

        Assert.Equal((401, "No API key found in request"), await (await scene.GetAsync("/x")).ErrorAsync());
        Assert.Equal((401, "No API key found in request"), await (await scene.GetAsync("/x", ("apikey", ""))).ErrorAsync());
        Assert.Equal((401, "No API key found in request"), await (await scene.GetAsync("/x?apikey")).ErrorAsync());
        Assert.Equal((401, "No API key found in request"), await (await scene.GetAsync("/x?ApiKey=kb")).ErrorAsync());
        Assert.Equal((401, "Unauthorized"), await (await scene.GetAsync("/x", ("apikey", "KB"))).ErrorAsync());
        Assert.Equal((401, "Unauthorized"), await (await scene.GetAsync("/x?apikey=kb", ("apikey", "nope"))).ErrorAsync());
        Assert.Equal((401, "Duplicate API key found"), await (await scene.GetAsync("/x?apikey=kb&apikey=ke")).ErrorAsync());
        Assert.Contains("Duplicate API key found", await scene.GetRawAsync("/x", "apikey: kb", "apikey: ke"), StringComparison.Ordinal);
        Assert.Equal("Key realm=\"mine\"", (await scene.GetAsync("/x")).Header("WWW-Authenticate"));
        Assert.Empty(scene.Upstream.Requests);
    }

    [Fact]
    public async Task A_name_with_a_dash_is_no_name_with_an_underscore()
    {
        await using var scene = await Scene.StartAsync("{name: key-auth, config: {key_names: [X-Key, other]}}");

        Assert.Equal(HttpStatusCode.Unauthorized, (await scene.GetAsync("/x", ("x_key", "kb"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync("/x", ("x-key", "kb"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync("/x", ("other", "kb"))).StatusCode);
    }

    [Fact]
    public async Task A_key_may_be_in_the_body()
    {
        await using var scene = await Scene.StartAsync("{name: key-auth, config: {key_in_header: false, key_in_query: false, key_in_body: true}}");

        using var form = await scene.SendAsync("POST", "/x", new FormUrlEncodedContent([new("apikey", "kb"), new("a", "1")]));
        Assert.Equal((HttpStatusCode.OK, "apikey=kb&a=1"), (form.StatusCode, scene.Received.Text));
        using var json = await scene.SendAsync("POST", "/x", JsonContent.Create(new { apikey = "kb", a = 1 }));
        Assert.Equal(HttpStatusCode.OK, json.StatusCode);

        Assert.Equal((401, "No API key found in request"), await (await scene.SendAsync("POST", "/x", JsonContent.Create(new[] { "kb" }))).ErrorAsync());
        Assert.Equal((401, "No API key found in request"), await (await scene.SendAsync("POST", "/x", JsonContent.Create(new { apikey = 5 }))).ErrorAsync());
        Assert.Equal((401, "Duplicate API key found"), await (await scene.SendAsync("POST", "/x", JsonContent.Create(new { apikey = new[] { "kb" } }))).ErrorAsync());
        Assert.Equal((401, "No API key found in request"), await (await scene.SendAsync("POST", "/x", new StringContent("apikey=kb"))).ErrorAsync());
        Assert.Equal((401, "No API key found in request"), await (await scene.GetAsync("/x?apikey=kb")).ErrorAsync());
    }

    [Fact]
    public async Task The_service_does_not_see_a_hidden_key()
    {
        await using var scene = await Scene.StartAsync("{name: key-auth, config: {hide_credentials: true, key_in_body: true}}");

        await scene.GetAsync("/x?a=1", ("apikey", "kb"));
        Assert.Null(scene.Received.Header("apikey"));
        await scene.GetAsync("/x?a=1&apikey=kb&b=2");
        Assert.Equal("/x?a=1&b=2", scene.Received.Target);
        await scene.SendAsync("POST", "/x", JsonContent.Create(new { apikey = "kb", a = 1 }));
        Assert.Equal("{\"a\":1}", scene.Received.Text);
    }

    [Fact]
    public async Task A_preflight_may_pass_without_a_key()
    {
        await using var scene = await Scene.StartAsync("{name: key-auth, config: {run_on_preflight: false}}");

        Assert.Equal(HttpStatusCode.OK, (await scene.SendAsync("OPTIONS", "/x")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await scene.GetAsync("/x")).StatusCode);
    }

    [Theory]
    [InlineData("anon")]
    [InlineData("a0000000-0000-4000-8000-000000000000")]
    public async Task An_anonymous_consumer_stands_in(string anonymous)
    {
        await using var scene = await Scene.StartAsync($"{{name: key-auth, config: {{anonymous: {anonymous}}}}}");

        await scene.GetAsync("/x", ("apikey", "nope"), ("X-Credential-Identifier", "z"), ("X-Consumer-Custom-ID", "z"));
        Assert.Equal(
            ["a0000000-0000-4000-8000-000000000000", null, "anon", null, "true"],
            Headers(scene, "X-Consumer-ID", "X-Consumer-Custom-ID", "X-Consumer-Username", "X-Credential-Identifier", "X-Anonymous-Consumer"));

        await scene.GetAsync("/x", ("apikey", "kb"), ("X-Anonymous-Consumer", "true"));
        Assert.Equal(["bob", null], Headers(scene, "X-Consumer-Username", "X-Anonymous-Consumer"));
    }

    [Fact]
    public async Task An_anonymous_consumer_that_does_not_exist_is_an_error()
    {
        await using var scene = await Scene.StartAsync("{name: key-auth, config: {anonymous: nobody}}");

        Assert.Equal(
            (500, "An unexpected error occurred"),
            await (await scene.GetAsync("/x")).ErrorAsync());
    }

    [Theory]
    [InlineData("X-Consumer-ID")]
    [InlineData("X_Consumer_ID")]
    [InlineData("x-consumer_id")]
    [InlineData("X_Consumer_Username")]
    [InlineData("X-Consumer-Custom_ID")]
    [InlineData("X_Credential_Identifier")]
    [InlineData("X_Anonymous_Consumer")]
    public async Task A_client_cannot_say_who_it_is(string header)
    {
        await using var scene = await Scene.StartAsync("{name: key-auth}");

        await scene.GetAsync("/x", ("apikey", "ke"), (header, "fake"));
        Assert.Equal("eve", scene.Received.Header("X-Consumer-Username"));
        Assert.DoesNotContain(scene.Received.Headers, item => item.Value.Contains("fake", StringComparison.Ordinal));
        await scene.GetRawAsync("/x", "apikey: ke", $"{header}: fake", $"{header.ToUpperInvariant()}: fake");

        Assert.Equal("eve", scene.Received.Header("X-Consumer-Username"));
        Assert.DoesNotContain(scene.Received.Headers, item => item.Value.Contains("fake", StringComparison.Ordinal));
    }

    static IEnumerable<string?> Headers(Scene scene, params string[] names) => names.Select(scene.Received.Header);
}
