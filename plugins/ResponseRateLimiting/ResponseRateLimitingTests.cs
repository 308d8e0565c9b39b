using Gibbon.Testing;

namespace Gibbon.Plugins.ResponseRateLimiting;

public sealed class ResponseRateLimitingTests
{
    [Theory]
    [InlineData("local")]
    [InlineData("cluster")]
    public async Task What_the_service_says_is_counted_and_told(string policy)
    {
        await using var scene = await Scene.StartAsync($"{{name: response-ratelimiting, config: {{policy: {policy}, limits: {{video: {{year: 3}}, sms: {{year: 9}}}}}}}}");
        Uses(scene, "video=2, sms = 1 , nope=3, x");

        using var first = await scene.GetAsync("/x");
        Assert.Equal((200, "3", "9", "3", "1", "8"), (
            (int)first.StatusCode, first.Header("X-RateLimit-Remaining-video"), first.Header("X-RateLimit-Remaining-sms"),
            first.Header("X-RateLimit-Limit-video-year"), first.Header("X-RateLimit-Remaining-video-year"), first.Header("X-RateLimit-Remaining-sms-year")));
        Assert.Null(first.Header("x-kong-limit"));
        await UntilAsync(async () => (await scene.SendAsync("HEAD", "/quiet")).Header("X-RateLimit-Remaining-video") == "1");
        Uses(scene, "video=5");
        using var second = await scene.GetAsync("/x");
        Assert.Equal((200, "1", "0"), ((int)second.StatusCode, second.Header("X-RateLimit-Remaining-video"), second.Header("X-RateLimit-Remaining-video-year")));
    }

    [Fact]
    public async Task A_request_that_used_more_than_was_left_is_refused_and_not_counted()
    {
        await using var scene = await Scene.StartAsync("{name: response-ratelimiting, config: {limits: {video: {year: 1}}}}");
        Uses(scene, "video=1");

        Assert.Equal(200, (int)(await scene.GetAsync("/x")).StatusCode);
        using var refused = await scene.GetAsync("/x");
        Assert.Equal((429, "", "0"), ((int)refused.StatusCode, await refused.Content.ReadAsStringAsync(), refused.Header("X-RateLimit-Remaining-video-year")));
        Uses(scene, "video=0");
        Assert.Equal(200, (int)(await scene.GetAsync("/x")).StatusCode);
    }

    [Fact]
    public async Task The_service_may_be_spared_when_a_limit_is_used_up()
    {
        await using var scene = await Scene.StartAsync("{name: response-ratelimiting, config: {block_on_first_violation: true, limits: {video: {year: 1}}}}");
        Uses(scene, "video=1");

        await scene.GetAsync("/x");
        Assert.Equal((429, "API rate limit exceeded for 'video'"), await (await scene.GetAsync("/x")).ErrorAsync());
        Assert.Single(scene.Upstream.Requests);
    }

    [Fact]
    public async Task Clients_are_counted_apart()
    {
        await using var scene = await Scene.StartAsync("{name: key-auth}", "{name: response-ratelimiting, config: {limits: {video: {year: 9}}}}");
        Uses(scene, "video=4");

        await scene.GetAsync("/x", ("apikey", "kb"));
        Assert.Equal("5", (await scene.GetAsync("/x", ("apikey", "kb"))).Header("X-RateLimit-Remaining-video"));
        Assert.Equal("9", (await scene.GetAsync("/x", ("apikey", "ke"))).Header("X-RateLimit-Remaining-video"));
    }

    [Fact]
    public async Task Redis_counts_too()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var scene = await Scene.StartAsync(
            $"{{name: response-ratelimiting, config: {{policy: redis, redis: {{host: 127.0.0.1, port: {redis.Port}, timeout: 20000}}, limits: {{video: {{year: 3}}}}}}}}");
        Uses(scene, "video=2");

        Assert.Equal("3", (await scene.GetAsync("/x")).Header("X-RateLimit-Remaining-video"));
        await UntilAsync(async () => (await scene.SendAsync("HEAD", "/quiet")).Header("X-RateLimit-Remaining-video") == "1");
        var keys = (await redis.RunAsync("keys", "*")).Split('\n');
        Assert.Equal(6, keys.Length);
        Assert.Contains(keys, key => key.StartsWith("response-ratelimit:", StringComparison.Ordinal) && key.EndsWith(":video:month", StringComparison.Ordinal));
        await redis.KillAsync();
        Assert.Equal((200, null), ((int)(await scene.GetAsync("/x")).StatusCode, (await scene.GetAsync("/x")).Header("X-RateLimit-Remaining-video")));
    }

    static void Uses(Scene scene, string amounts) =>
        scene.Upstream.Answer = request => new UpstreamAnswer { Headers = request.Method == "HEAD" ? [] : [new("X-Kong-Limit", amounts)] };

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 400; i++)
        {
            if (await holds())
                return;

            await Task.Delay(25);
        }

        Assert.Fail("it did not come to hold");
    }
}
