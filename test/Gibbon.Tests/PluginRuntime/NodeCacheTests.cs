using Gibbon.Pdk;
using Gibbon.PluginRuntime.Host;

namespace Gibbon.Tests.PluginRuntime;

public sealed class NodeCacheTests
{
    private readonly ManualTime _time = new();
    private int _loads;

    [Fact]
    public async Task Of_many_who_ask_at_once_one_loads()
    {
        NodeCache cache = new(new NodeCacheSettings(), _time);
        TaskCompletionSource<CacheEntry<string>> slow = new();

        Task<Result<string?>>[] asked =
        [
            .. Enumerable.Range(0, 10).Select(_ => cache.GetAsync("key", slow, (source, _) =>
            {
                Interlocked.Increment(ref _loads);
                return new ValueTask<CacheEntry<string>>(source.Task);
            }).AsTask()),
        ];
        slow.SetResult("value");
        Result<string?>[] answers = await Task.WhenAll(asked);

        Assert.Equal(1, _loads);
        Assert.All(answers, static answer => Assert.Equal("value", answer.Value));
    }

    [Fact]
    public async Task What_was_true_before_an_invalidation_is_never_answered_after_it()
    {
        NodeCache cache = new(new NodeCacheSettings(), _time);
        long now = 0;
        using CancellationTokenSource over = new();
        Task[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
            {
                await LoadNow();
            }
        }))];

        for (long i = 1; i <= 200_000; i++)
        {
            Volatile.Write(ref now, i);
            cache.InvalidateLocal("key");
            Assert.Equal(i.ToString(), await LoadNow());
        }

        await over.CancelAsync();
        await Task.WhenAll(readers);

        async ValueTask<string?> LoadNow() => (await cache.GetAsync("key", 0, (_, _) => new ValueTask<CacheEntry<string>>(Volatile.Read(ref now).ToString()))).Value;
    }

    [Fact]
    public async Task Absence_is_remembered_too()
    {
        NodeCache cache = new(new NodeCacheSettings(), _time);

        Assert.Null((await Load(cache, null)).Value);
        Assert.Null((await Load(cache, null)).Value);

        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task A_value_is_loaded_again_when_its_time_is_over_or_it_is_invalidated()
    {
        NodeCache cache = new(new NodeCacheSettings { TimeToLive = TimeSpan.FromSeconds(10) }, _time);
        await Load(cache, "old");
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("new", (await Load(cache, "new")).Value);

        cache.Invalidate("key");
        Assert.Equal("newest", (await Load(cache, "newest")).Value);
    }

    [Fact]
    public async Task A_failed_load_gives_the_expired_value_for_a_while_and_an_error_without_one()
    {
        NodeCache cache = new(new NodeCacheSettings { TimeToLive = TimeSpan.FromSeconds(1) }, _time);
        Assert.Equal("failed to get from node cache: down", (await Fail(cache)).Error);

        await Load(cache, "value");
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("value", (await Fail(cache)).Value);
    }

    [Fact]
    public async Task What_was_loaded_before_an_invalidation_is_not_kept_after_it()
    {
        NodeCache cache = new(new NodeCacheSettings(), _time);
        TaskCompletionSource<CacheEntry<string>> slow = new();
        Task<Result<string?>> asked = cache.GetAsync("key", slow, static (source, _) => new ValueTask<CacheEntry<string>>(source.Task)).AsTask();

        cache.InvalidateLocal("key");
        slow.SetResult("stale");

        Assert.Equal("stale", (await asked).Value);
        Assert.Equal("fresh", (await Load(cache, "fresh")).Value);
    }

    private ValueTask<Result<string?>> Load(NodeCache cache, string? value) => cache.GetAsync("key", value, (loaded, _) =>
    {
        _loads++;
        return new ValueTask<CacheEntry<string>>(loaded);
    });

    private static ValueTask<Result<string?>> Fail(NodeCache cache) =>
        cache.GetAsync("key", 0, static (_, _) => new ValueTask<CacheEntry<string>>(CacheEntry<string>.Failure("down")));
}
