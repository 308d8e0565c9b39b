using Gibbon.Pdk;
using Gibbon.Vaults;

namespace Gibbon.Tests.Vaults;

public sealed class SecretCacheTests
{
    private readonly SetTime _time = new();
    private readonly HashiCorpVaultConfig _lifetimes = new() { Ttl = 100, NegTtl = 5, ResurrectTtl = 50 };
    private int _asked;

    [Fact]
    public void A_secret_is_fetched_once_until_its_time_is_over()
    {
        SecretCache cache = new(_time);

        Assert.Equal("1", Get(cache, () => Text("1")));
        _time.Pass(99);
        Assert.Equal("1", Get(cache, () => Text("2")));
        _time.Pass(2);
        Assert.Equal("2", Get(cache, () => Text("2")));
        Assert.Equal(2, _asked);
    }

    [Fact]
    public void A_secret_that_is_not_there_is_looked_for_again_soon()
    {
        SecretCache cache = new(_time);

        Assert.Null(Get(cache, () => Text(null)));
        Assert.Null(Get(cache, () => Text("1")));
        _time.Pass(6);
        Assert.Equal("1", Get(cache, () => Text("1")));
    }

    [Fact]
    public void An_old_secret_is_used_for_a_while_when_the_vault_is_away()
    {
        SecretCache cache = new(_time);
        Result<FetchedSecret> away = Result.Failure<FetchedSecret>("away");

        Assert.Equal("1", Get(cache, () => Text("1")));
        _time.Pass(120);
        Assert.Equal("1", Get(cache, () => away));
        _time.Pass(31);
        Assert.Equal("away", cache.Get("key", _lifetimes, () => away).Error);
    }

    [Fact]
    public void A_refresh_tells_whether_a_secret_changed()
    {
        SecretCache cache = new(_time);
        string now = "1";
        Get(cache, () => Text(now));

        Assert.False(cache.Refresh());
        _time.Pass(101);
        Assert.False(cache.Refresh());
        now = "2";
        _time.Pass(101);
        Assert.True(cache.Refresh());
        Assert.Equal("2", Get(cache, () => Text("none")));
    }

    private string? Get(SecretCache cache, Func<Result<FetchedSecret>> fetch) => cache.Get("key", _lifetimes, () =>
    {
        _asked++;
        return fetch();
    }).Value.Text;

    private static Result<FetchedSecret> Text(string? text) => new FetchedSecret(text);

    private sealed class SetTime : TimeProvider
    {
        private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public void Pass(double seconds) => _now = _now.AddSeconds(seconds);

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
