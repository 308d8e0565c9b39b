using System.Text.Json;
using Gibbon.Testing;

namespace Gibbon.Plugins.ProxyCache;

public sealed class ProxyCacheTests
{
    int served;

    [Fact]
    public async Task A_response_is_kept_and_sent_again()
    {
        await using var scene = await StartAsync("");

        Assert.Equal("Miss 1", await GetAsync(scene, "/x"));
        using var hit = await scene.GetAsync("/x");
        Assert.Equal(("Hit", "1", "kept", "teapot"), (hit.Header("X-Cache-Status"), await hit.Content.ReadAsStringAsync(), hit.Header("X-Service"), hit.Header("Server")));
        Assert.Matches("^[0-9]+$", hit.Header("age"));
        Assert.Matches("^[0-9a-f]{64}$", hit.Header("X-Cache-Key"));
        Assert.StartsWith("1.1 kong/", hit.Header("Via"), StringComparison.Ordinal);
        Assert.NotNull(hit.Header("X-Kong-Proxy-Latency"));
        Assert.Null(hit.Header("X-Kong-Response-Latency"));
        Assert.Equal("Miss 2", await GetAsync(scene, "/x?a=1"));
        Assert.Equal("Miss 3", await GetAsync(scene, "/X"));
        Assert.Equal("Bypass 4", await GetAsync(scene, "/x", "POST"));
    }

    [Theory]
    [InlineData("Set-Cookie", "a=b")]
    [InlineData("Content-Type", "text/html")]
    [InlineData("Content-Type", "application/json; charset=utf-8")]
    public async Task Some_responses_are_not_kept(string name, string value)
    {
        await using var scene = await StartAsync("", (name, value));

        Assert.Equal("Bypass 1", await GetAsync(scene, "/x"));
        Assert.Equal("Bypass 2", await GetAsync(scene, "/x"));
    }

    [Theory]
    [InlineData("text/html; charset=utf-8", "text/html; charset=utf-8", "Miss")]
    [InlineData("text/html; Charset=\"utf-8\"", "text/html; charset=utf-8", "Miss")]
    [InlineData("text/html; charset=UTF-8", "text/html; charset=utf-8", "Bypass")]
    [InlineData("text/html", "text/html; charset=utf-8", "Bypass")]
    [InlineData("Text/HTML", "text/*", "Miss")]
    [InlineData("text/html;", "text/html", "Bypass")]
    [InlineData("nonsense", "*/*", "Miss")]
    [InlineData("nonsense", "text/*", "Bypass")]
    public async Task Types_are_compared_with_their_parameters(string sent, string wanted, string status)
    {
        await using var scene = await StartAsync($"content_type: ['{wanted}'], ", ("Content-Type", sent));

        Assert.Equal(status + " 1", await GetAsync(scene, "/x"));
    }

    [Fact]
    public async Task What_is_stored_for_no_time_is_stored_for_ever()
    {
        await using var scene = await StartAsync("storage_ttl: 0, ");

        Assert.Equal("Miss 1", await GetAsync(scene, "/x"));
        Assert.Equal("Hit 1", await GetAsync(scene, "/x"));
    }

    [Fact]
    public async Task Names_of_headers_stay_as_the_service_wrote_them()
    {
        await using var scene = await StartAsync("", ("X-sErVice-ID", "1"));
        await GetAsync(scene, "/x");

        var hit = await scene.GetRawAsync("/x", "Connection: close");

        Assert.Contains("X-Cache-Status: Hit", hit, StringComparison.Ordinal);
        Assert.Contains("X-sErVice-ID: 1", hit, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_response_that_broke_off_is_not_kept()
    {
        await using var scene = await StartAsync("");
        scene.Upstream.Answer = _ => UpstreamAnswer.Raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\nabc");
        await Assert.ThrowsAnyAsync<Exception>(async () => await (await scene.GetAsync("/x")).Content.ReadAsStringAsync());

        scene.Upstream.Answer = Serve();
        Assert.Equal("Miss 1", await GetAsync(scene, "/x"));
    }

    [Theory]
    [InlineData("max-age=100", "Miss 1|Hit 1")]
    [InlineData("max-age=0", "Bypass 1|Bypass 2")]
    [InlineData("s-maxage=100, max-age=0", "Miss 1|Hit 1")]
    [InlineData("private, max-age=100", "Bypass 1|Bypass 2")]
    [InlineData("no-store", "Bypass 1|Bypass 2")]
    [InlineData("no-cache, max-age=100", "Bypass 1|Bypass 2")]
    [InlineData("public", "Bypass 1|Bypass 2")]
    public async Task The_service_may_say_how_long(string control, string expected)
    {
        await using var scene = await StartAsync("cache_control: true, ", ("Cache-Control", control));

        Assert.Equal(expected, $"{await GetAsync(scene, "/x")}|{await GetAsync(scene, "/x")}");
    }

    [Fact]
    public async Task The_client_may_say_what_it_wants()
    {
        await using var scene = await StartAsync("cache_control: true, ", ("Cache-Control", "max-age=100"));

        Assert.Equal(504, (int)(await scene.GetAsync("/x", ("Cache-Control", "only-if-cached"))).StatusCode);
        Assert.Equal("Bypass 1", await GetAsync(scene, "/x", "GET", ("Cache-Control", "no-store")));
        Assert.Equal("Miss 2", await GetAsync(scene, "/x"));
        Assert.Equal("Hit 2", await GetAsync(scene, "/x", "GET", ("Cache-Control", "max-age=50")));
        Assert.Equal("Refresh 3", await GetAsync(scene, "/x", "GET", ("Cache-Control", "min-fresh=500")));
        Assert.Equal("Hit 3", await GetAsync(scene, "/x", "GET", ("Cache-Control", "only-if-cached")));
    }

    [Fact]
    public async Task What_a_response_varies_by_tells_requests_apart()
    {
        await using var scene = await StartAsync("cache_control: true, ", ("Cache-Control", "max-age=100"), ("Vary", "Accept-Language, X-V"));

        Assert.Equal("Miss 1", await GetAsync(scene, "/x", "GET", ("Accept-Language", "de")));
        Assert.Equal("Hit 1", await GetAsync(scene, "/x", "GET", ("Accept-Language", "de")));
        Assert.Equal("Miss 2", await GetAsync(scene, "/x", "GET", ("Accept-Language", "en")));
    }

    [Theory]
    [InlineData("max-age=100", "Bypass 1|Bypass 2")]
    [InlineData("public, max-age=100", "Miss 1|Hit 1")]
    public async Task A_response_to_somebody_with_a_password_is_kept_only_if_it_says_so(string control, string expected)
    {
        await using var scene = await StartAsync("cache_control: true, ", ("Cache-Control", control));

        Assert.Equal(
            expected,
            $"{await GetAsync(scene, "/x", "GET", ("Authorization", "Basic x"))}|{await GetAsync(scene, "/x", "GET", ("Authorization", "Basic x"))}");
    }

    [Fact]
    public async Task Consumers_do_not_see_what_others_got()
    {
        await using var scene = await StartAsync("", []);
        await using var keyed = await Scene.StartAsync("{name: key-auth}", "{name: proxy-cache, config: {strategy: memory}}");
        keyed.Upstream.Answer = Serve();

        Assert.Equal("Miss 1", await GetAsync(keyed, "/x", "GET", ("apikey", "kb")));
        Assert.Equal("Miss 2", await GetAsync(keyed, "/x", "GET", ("apikey", "ke")));
        Assert.Equal("Hit 1", await GetAsync(keyed, "/x", "GET", ("apikey", "kb")));
    }

    [Fact]
    public async Task The_Admin_API_empties_the_cache()
    {
        await using var scene = await StartAsync("");

        Assert.Equal("Miss 1", await GetAsync(scene, "/x"));
        Assert.Equal(204, (int)(await scene.Admin.DeleteAsync("/proxy-cache")).StatusCode);
        Assert.Equal("Miss 2", await GetAsync(scene, "/x"));
    }

    [Fact]
    public async Task The_Admin_API_shows_and_purges_one_response_of_one_plugin_or_of_any()
    {
        await using var scene = await StartAsync("");
        using var plugins = JsonDocument.Parse(await scene.Admin.GetStringAsync("/plugins"));
        var plugin = plugins.RootElement.GetProperty("data")[0].GetProperty("id").GetString();
        async Task<string> KeyAsync()
        {
            using var response = await scene.GetAsync("/x");
            return response.Headers.GetValues("X-Cache-Key").Single();
        }

        var key = await KeyAsync();
        foreach (var path in new[] { $"/proxy-cache/{plugin}/caches/{key}", $"/proxy-cache/{key}" })
        {
            using var kept = JsonDocument.Parse(await scene.Admin.GetStringAsync(path));
            Assert.Equal(200, kept.RootElement.GetProperty("status").GetInt32());
            Assert.Equal(204, (int)(await scene.Admin.DeleteAsync(path)).StatusCode);
            Assert.Equal(404, (int)(await scene.Admin.GetAsync(path)).StatusCode);
            Assert.Equal(404, (int)(await scene.Admin.DeleteAsync(path)).StatusCode);
            Assert.Equal(key, await KeyAsync());
        }

        Assert.Equal(404, (int)(await scene.Admin.GetAsync($"/proxy-cache/{Guid.NewGuid()}/caches/{key}")).StatusCode);
        Assert.Equal(404, (int)(await scene.Admin.GetAsync("/proxy-cache/nothing")).StatusCode);
    }

    [Fact]
    public async Task Clients_are_told_what_the_operator_wants()
    {
        await using var scene = await StartAsync("response_headers: {age: false, X-Cache-Status: false, X-Cache-Key: false}, ");

        await scene.GetAsync("/x");
        using var silent = await scene.GetAsync("/x");
        Assert.Equal((null, null, null), (silent.Header("Age"), silent.Header("X-Cache-Status"), silent.Header("X-Cache-Key")));
        Assert.Equal("Hit", (await scene.GetAsync("/x", ("Kong-Debug", "1"))).Header("X-Cache-Status"));
    }

    [Fact]
    public void What_was_not_asked_for_gives_way()
    {
        var memory = new ResponseMemory(3 * 2048, TimeProvider.System);
        foreach (var key in new[] { "a", "b", "c" })
            memory.Put(key, Response(1024), TimeSpan.FromMinutes(1));

        Assert.True(memory.TryGet("a", out _));
        memory.Put("d", Response(1024), TimeSpan.FromMinutes(1));
        Assert.Equal("acd", string.Concat(new[] { "a", "b", "c", "d" }.Where(key => memory.TryGet(key, out _))));
        memory.Put("e", Response(99999), TimeSpan.FromMinutes(1));
        Assert.False(memory.TryGet("e", out _));
        memory.Put("a", Response(1), TimeSpan.Zero);
        Assert.False(memory.TryGet("a", out _));
        Assert.True(memory.Remove("d"));
        Assert.False(memory.Remove("d"));
    }

    static StoredResponse Response(int size) => new(200, [], new byte[size], 0, 1, [], []);

    async Task<Scene> StartAsync(string config, params (string Name, string Value)[] headers)
    {
        var scene = await Scene.StartAsync($"{{name: proxy-cache, config: {{{config}strategy: memory}}}}");
        scene.Upstream.Answer = Serve(headers);
        return scene;
    }

    Func<ReceivedRequest, UpstreamAnswer> Serve(params (string Name, string Value)[] headers)
    {
        Dictionary<string, string> all = new(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "application/json", ["Server"] = "teapot", ["X-Service"] = "kept" };
        foreach (var (name, value) in headers)
            all[name] = value;

        return _ => new UpstreamAnswer { Headers = [.. all], Body = System.Text.Encoding.ASCII.GetBytes(Interlocked.Increment(ref served).ToString()) };
    }

    static async Task<string> GetAsync(Scene scene, string path, string method = "GET", params (string Name, string Value)[] headers)
    {
        using var response = await scene.SendAsync(method, path, headers);
        return $"{response.Header("X-Cache-Status")} {await response.Content.ReadAsStringAsync()}";
    }
}
