using System.Globalization;
using Gibbon.Plugins.Shared.Counting;

namespace Gibbon.Plugins.RateLimiting;

public sealed class RateLimitingTests
{
    static readonly long Now = Seconds("2026-02-28T23:59:58Z");

    [Fact]
    public async Task Requests_beyond_the_limit_are_refused_and_every_answer_tells_what_is_left()
    {
        await using var scene = await Scene.StartAsync("{name: rate-limiting, config: {year: 2}}");

        Assert.Equal(("2", "1", "2", "1", null), Told(await scene.GetAsync("/x")));
        Assert.Equal(("2", "0", "2", "0", null), Told(await scene.GetAsync("/x")));
        using var refused = await scene.GetAsync("/x");
        Assert.Equal((429, "API rate limit exceeded"), await refused.ErrorAsync());
        Assert.Equal(("2", "0", "2", "0", refused.Header("RateLimit-Reset")), Told(refused));
        Assert.NotNull(refused.Header("RateLimit-Reset"));
        Assert.Equal(2, scene.Upstream.Requests.Count);
    }

    [Fact]
    public async Task The_answer_may_be_of_the_operators_choice_and_say_nothing_of_limits()
    {
        await using var scene = await Scene.StartAsync(
            "{name: rate-limiting, config: {year: 1, error_code: 403, error_message: slow down, hide_client_headers: true}}");

        Assert.Equal((null, null, null, null, null), Told(await scene.GetAsync("/x")));
        using var refused = await scene.GetAsync("/x");
        Assert.Equal((403, "slow down"), await refused.ErrorAsync());
        Assert.Equal((null, null, null, null, null), Told(refused));
    }

    [Fact]
    public async Task The_services_own_headers_stand_beside_the_gateways()
    {
        await using var scene = await Scene.StartAsync("{name: rate-limiting, config: {year: 5}}");
        scene.Upstream.Answer = _ => new() { Headers = [new("RateLimit-Limit", "99")] };

        Assert.Equal(["5", "99"], (await scene.GetAsync("/x")).Headers.GetValues("RateLimit-Limit"));
    }

    [Theory]
    [InlineData("local")]
    [InlineData("cluster")]
    public async Task Of_many_requests_at_once_exactly_as_many_pass_as_may(string policy)
    {
        await using var scene = await Scene.StartAsync($"{{name: rate-limiting, config: {{year: 50, policy: {policy}}}}}");

        var statuses = await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            List<int> got = [];
            for (var i = 0; i < 8; i++)
                got.Add((int)(await scene.GetAsync("/x")).StatusCode);

            return got;
        }));

        Assert.Equal(50, statuses.SelectMany(got => got).Count(status => status == 200));
        Assert.Equal(78, statuses.SelectMany(got => got).Count(status => status == 429));
        Assert.Equal(("50", "0", "50", "0", "x"), Told(await scene.GetAsync("/x")) with { Item5 = "x" });
    }

    [Fact]
    public async Task What_one_limit_refuses_does_not_use_up_another()
    {
        await using var scene = await Scene.StartAsync("{name: rate-limiting, config: {month: 1, year: 3}}");

        Assert.Equal("200 429 429 429", await Statuses(scene, "", "", "", ""));
        Assert.Equal("2", (await scene.GetAsync("/x")).Header("X-RateLimit-Remaining-Year"));
    }

    [Theory]
    [InlineData("consumer", "")]
    [InlineData("credential", "")]
    [InlineData("header", ", header_name: apikey")]
    public async Task Clients_are_counted_apart(string limitBy, string more)
    {
        await using var scene = await Scene.StartAsync($"{{name: rate-limiting, config: {{year: 1, limit_by: {limitBy}{more}}}}}", "{name: key-auth}");

        Assert.Equal("200 200 429 429", await Statuses(scene, "kb", "ke", "kb", "ke"));
    }

    [Theory]
    [InlineData("ip")]
    [InlineData("service")]
    public async Task Clients_are_counted_together(string limitBy)
    {
        await using var scene = await Scene.StartAsync($"{{name: rate-limiting, config: {{year: 1, limit_by: {limitBy}}}}}", "{name: key-auth}");

        Assert.Equal("200 429", await Statuses(scene, "kb", "ke"));
    }

    [Fact]
    public async Task A_path_is_counted_apart_from_all_others()
    {
        await using var scene = await Scene.StartAsync("{name: rate-limiting, config: {year: 1, limit_by: path, path: /l}}");

        Assert.Equal(200, (int)(await scene.GetAsync("/x")).StatusCode);
        Assert.Equal(200, (int)(await scene.GetAsync("/l")).StatusCode);
        Assert.Equal(429, (int)(await scene.GetAsync("/l")).StatusCode);
        Assert.Equal(429, (int)(await scene.GetAsync("/y")).StatusCode);
    }

    [Theory]
    [InlineData("true", 200)]
    [InlineData("false", 500)]
    public async Task What_cannot_be_counted_passes_if_faults_are_tolerated(string tolerant, int status)
    {
        await using var scene = await Scene.StartAsync(
            $"{{name: rate-limiting, config: {{year: 1, policy: redis, redis: {{host: 127.0.0.1, port: 1}}, fault_tolerant: {tolerant}}}}}");

        await scene.GetAsync("/x");

        Assert.Equal(status, (int)(await scene.GetAsync("/x")).StatusCode);
    }

    [Theory]
    [InlineData(nameof(Period.Second), "2026-02-28T23:59:58Z", 1)]
    [InlineData(nameof(Period.Minute), "2026-02-28T23:59:00Z", 2)]
    [InlineData(nameof(Period.Hour), "2026-02-28T23:00:00Z", 2)]
    [InlineData(nameof(Period.Day), "2026-02-28T00:00:00Z", 2)]
    [InlineData(nameof(Period.Month), "2026-02-01T00:00:00Z", (30 - 28) * 86400 + 2)]
    [InlineData(nameof(Period.Year), "2026-01-01T00:00:00Z", (365 - 59) * 86400 + 2)]
    public void Windows_are_those_of_the_calendar(string name, string start, long reset)
    {
        var period = Enum.Parse<Period>(name);
        Assert.Equal(Seconds(start), period.WindowStart(Now));
        Assert.Equal(reset, period.Reset(Seconds(start), Now));
    }

    [Fact]
    public void The_last_day_of_a_long_month_resets_at_once() =>
        Assert.Equal(1, Period.Month.Reset(Seconds("2026-01-01T00:00:00Z"), Seconds("2026-01-31T12:00:00Z")));

    [Fact]
    public void A_new_window_counts_from_zero()
    {
        var counter = new Counter();

        counter.Add(Period.Minute, 60);
        counter.Add(Period.Minute, 60);
        Assert.Equal((2, 0), (counter.Usage(Period.Minute, 60), counter.Usage(Period.Minute, 120)));
        counter.Add(Period.Minute, 120);
        counter.Add(Period.Minute, 60);
        Assert.Equal((0, 1), (counter.Usage(Period.Minute, 60), counter.Usage(Period.Minute, 120)));
    }

    [Fact]
    public async Task No_request_is_lost_when_many_are_counted_at_once()
    {
        var counters = new LocalCounters();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
                counters.For(Key("a"), Now).Add(Period.Hour, 0);
        })));

        Assert.Equal(40_000, counters.For(Key("a"), Now).Usage(Period.Hour, 0));
    }

    [Fact]
    public void Counters_whose_windows_have_ended_are_forgotten()
    {
        var counters = new LocalCounters();
        counters.For(Key("a"), Now).Add(Period.Second, Now);
        counters.For(Key("b"), Now).Add(Period.Year, Period.Year.WindowStart(Now));

        counters.Sweep(Now + 5);

        Assert.Equal((1, 1), (counters.Count, counters.For(Key("b"), Now).Usage(Period.Year, Period.Year.WindowStart(Now))));
    }

    [Fact]
    public void Beyond_the_capacity_those_go_that_were_not_seen_for_long()
    {
        var counters = new LocalCounters(capacity: 2);
        foreach (var (name, age) in new[] { ("new", 0), ("old", 20), ("newer", 1) })
            counters.For(Key(name), Now - age).Add(Period.Year, Period.Year.WindowStart(Now));

        counters.Sweep(Now);

        Assert.Equal(2, counters.Count);
        Assert.Equal(0, counters.For(Key("old"), Now).Usage(Period.Year, Period.Year.WindowStart(Now)));
    }

    static CounterKey Key(string text) => new(default, default, default, text);

    static long Seconds(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    static async Task<string> Statuses(Scene scene, params string[] keys)
    {
        List<int> statuses = [];
        foreach (var key in keys)
            statuses.Add((int)(await scene.GetAsync("/x", ("apikey", key))).StatusCode);

        return string.Join(" ", statuses);
    }

    static (string?, string?, string?, string?, string?) Told(HttpResponseMessage response) =>
        (response.Header("X-RateLimit-Limit-Year"),
            response.Header("X-RateLimit-Remaining-Year"),
            response.Header("RateLimit-Limit"),
            response.Header("RateLimit-Remaining"),
            response.Header("Retry-After"));
}
