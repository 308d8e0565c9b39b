namespace Gibbon.Plugins.BotDetection;

public sealed class BotDetectionTests
{
    [Fact]
    public async Task Robots_are_turned_away_and_others_pass()
    {
        await using var scene = await Scene.StartAsync("{name: bot-detection, config: {allow: ['^Twitterbot/1', 'Good'], deny: ['^evil', '(a+)+$']}}");

        Assert.Equal(200, (int)(await scene.GetAsync("/x")).StatusCode);
        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"))).StatusCode);
        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("User-Agent", "Twitterbot/1.0"))).StatusCode);
        Assert.Equal((403, "Forbidden"), await (await scene.GetAsync("/x", ("User-Agent", "Twitterbot/2.0"))).ErrorAsync());
        Assert.Equal((403, "Forbidden"), await (await scene.GetAsync("/x", ("User-Agent", "evil"))).ErrorAsync());
        Assert.Equal((403, "Forbidden"), await (await scene.GetAsync("/x", ("User-Agent", "evil"))).ErrorAsync());
        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("User-Agent", "evil Good"))).StatusCode);
        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("User-Agent", new string('a', 4000) + "!"))).StatusCode);
    }

    [Fact]
    public async Task Two_user_agents_are_one_too_many()
    {
        await using var scene = await Scene.StartAsync("{name: bot-detection}");

        Assert.Contains("Only one User-Agent header allowed", await scene.GetRawAsync("/x", "User-Agent: a", "User-Agent: b"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")]
    [InlineData("Mozilla/5.0 (compatible; bingbot/2.0)")]
    [InlineData("facebookexternalhit/1.1")]
    [InlineData("Pingdom.com_bot_version_1.4")]
    [InlineData("Boto3/1.4.4 Python/3.6")]
    [InlineData("aws-sdk-go/1.8 (go1.8)")]
    [InlineData("Mozilla/5.0 PTST/396")]
    [InlineData("Go-http-client/1.1")]
    [InlineData("python Scrapy")]
    [InlineData("axios/0.21")]
    [InlineData("some sPiDer")]
    [InlineData("x CRAWLing")]
    [InlineData("my bot/1")]
    [InlineData("Zao")]
    [InlineData("Mozilla/4.0 (MSIE 6.0; x) MSIECrawler")]
    [InlineData("get favicon now")]
    [InlineData("Rival IQ")]
    [InlineData("/CuBot-1")]
    public void These_are_robots(string userAgent) => Assert.True(BotRules.IsBot(userAgent));

    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36")]
    [InlineData("curl/8.4.0")]
    [InlineData("PostmanRuntime/7.36")]
    [InlineData("Botanist")]
    [InlineData("facebookexternalhit")]
    [InlineData("a Zao")]
    [InlineData("robot")]
    [InlineData("Nutc")]
    public void These_are_none(string userAgent) => Assert.False(BotRules.IsBot(userAgent));

    [Fact]
    public void Verdicts_do_not_fill_the_memory()
    {
        var cache = new VerdictCache();
        for (var i = 0; i < 30_000; i++)
            cache.Add($"agent {i}", i % 2 == 0);

        Assert.True(cache.TryGet("agent 29999", out var blocked));
        Assert.False(blocked);
        Assert.False(cache.TryGet("agent 1", out _));
    }
}
