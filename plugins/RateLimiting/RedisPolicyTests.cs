namespace Gibbon.Plugins.RateLimiting;

/// <summary>Policy <c>redis</c> against a real Redis.</summary>
public sealed class RedisPolicyTests(RedisPolicyTests.Server server) : IClassFixture<RedisPolicyTests.Server>
{
    [Fact]
    public async Task Requests_are_counted_in_Redis_under_keys_of_Kongs()
    {
        await using var scene = await Scene.StartAsync(Plugin("1", "year: 2"));

        Assert.Equal("200 200 429 429", await StatusesAsync(scene, 4));
        var key = await server.Redis.RunAsync("-n", "1", "keys", "*");
        var start = new DateTimeOffset(DateTimeOffset.UtcNow.Year, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
        Assert.Matches($"^ratelimit:00000000-0000-0000-0000-000000000000:[0-9a-f-]{{36}}:127.0.0.1:{start}:year$", key);
        Assert.Equal("4", await server.Redis.RunAsync("-n", "1", "get", key));
        Assert.InRange(int.Parse(await server.Redis.RunAsync("-n", "1", "ttl", key)), 31530000, 31536000);
    }

    [Fact]
    public async Task Two_nodes_on_one_Redis_count_together_and_exactly()
    {
        const string Service = "c0ffee00-0000-4000-8000-000000000000";
        await using var one = await Scene.StartWithAsync(null, null, Plugin("2", "year: 20", "", Service));
        await using var two = await Scene.StartWithAsync(null, null, Plugin("2", "year: 20", "", Service));

        var statuses = await Task.WhenAll(Enumerable.Range(0, 16).Select(async client =>
        {
            List<int> got = [];
            for (var i = 0; i < 4; i++)
                got.Add((int)(await (client % 2 == 0 ? one : two).GetAsync("/x", ("x-who", "together"))).StatusCode);

            return got;
        }));

        Assert.Equal(20, statuses.SelectMany(got => got).Count(status => status == 200));
        Assert.Equal(44, statuses.SelectMany(got => got).Count(status => status == 429));
    }

    [Theory]
    [InlineData("username: gibbon, password: s3cret", false)]
    [InlineData("ssl: true, server_name: localhost", true)]
    [InlineData("ssl: true, username: gibbon, password: s3cret", true)]
    public async Task Redis_may_want_a_user_or_TLS(string more, bool tls)
    {
        await using var scene = await Scene.StartAsync(Plugin("3", "year: 1", $", {more}", port: tls ? server.Redis.TlsPort : server.Redis.Port));
        await server.Redis.RunAsync("-n", "3", "flushdb");

        Assert.Equal("200 429", await StatusesAsync(scene, 2));
    }

    [Theory]
    [InlineData("password: wrong, username: gibbon", false)]
    [InlineData("ssl: true, ssl_verify: true", true)]
    [InlineData("ssl: true", false)]
    public async Task A_Redis_that_does_not_let_us_in_limits_nobody_if_faults_are_tolerated(string more, bool tls)
    {
        var port = tls ? server.Redis.TlsPort : server.Redis.Port;

        // A server without TLS says nothing to a handshake: that takes as long as we have patience.
        await using var tolerant = await Scene.StartAsync(Plugin("4", "year: 1", $", {more}", port: port, timeout: 2000));
        await using var strict = await Scene.StartAsync(Plugin("4", "year: 1, fault_tolerant: false", $", {more}", port: port, timeout: 2000));

        Assert.Equal("200 200", await StatusesAsync(tolerant, 2));
        await tolerant.UntilLoggedAsync("failed to get usage");
        Assert.DoesNotContain("wrong\"", tolerant.ErrorLog, StringComparison.Ordinal);
        Assert.Equal((500, "An unexpected error occurred"), await (await strict.GetAsync("/x")).ErrorAsync());
    }

    [Fact]
    public async Task A_connection_that_broke_is_made_anew()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var scene = await Scene.StartAsync(Plugin("0", "year: 1", port: redis.Port));

        Assert.Equal("200 429", await StatusesAsync(scene, 2));
        await redis.RunAsync("flushall");
        await redis.RunAsync("client", "kill", "type", "normal", "skipme", "yes");
        var passed = 0;
        for (var i = 0; i < 5; i++)
            passed += (int)(await scene.GetAsync("/x")).StatusCode == 200 ? 1 : 0;

        // The first may meet the broken connection and pass uncounted; the next one counts.
        Assert.InRange(passed, 1, 2);
        await redis.KillAsync();
        Assert.Equal("200 200", await StatusesAsync(scene, 2));
    }

    [Fact]
    public async Task Counters_may_be_synchronized_now_and_then()
    {
        await using var scene = await Scene.StartAsync(Plugin("5", "year: 3, sync_rate: 0.05"));

        Assert.Equal("200 200 200 429 429", await StatusesAsync(scene, 5));
        var told = "";
        for (var i = 0; i < 200 && told != "3"; i++)
        {
            await Task.Delay(50);
            var key = await server.Redis.RunAsync("-n", "5", "keys", "*");
            told = key.Length == 0 ? "" : await server.Redis.RunAsync("-n", "5", "get", key);
        }

        Assert.Equal("3", told);
        Assert.Equal("429", await StatusesAsync(scene, 1));
    }

    string Plugin(string database, string limits, string redis = "", string? route = null, int? port = null, int timeout = 20_000) =>
        $"{{name: rate-limiting, config: {{policy: redis, limit_by: {(route is null ? "ip" : "header, header_name: x-who")}, {limits}, " +
        $"redis: {{host: 127.0.0.1, port: {port ?? server.Redis.Port}, database: {database}, timeout: {timeout}{redis}}}}}}}";

    static async Task<string> StatusesAsync(Scene scene, int count)
    {
        List<int> statuses = [];
        for (var i = 0; i < count; i++)
            statuses.Add((int)(await scene.GetAsync("/x")).StatusCode);

        return string.Join(' ', statuses);
    }

    public sealed class Server : IAsyncLifetime
    {
        internal RedisServer Redis { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Redis = await RedisServer.StartAsync();

        public ValueTask DisposeAsync() => Redis.DisposeAsync();
    }
}
