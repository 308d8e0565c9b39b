using Gibbon.Pdk;
using Gibbon.Vaults;

namespace Gibbon.Tests.Vaults;

public sealed class SecretCacheTests
{
    private static readonly Result<FetchedSecret> s_away = Result.Failure<FetchedSecret>("away");

    private readonly SetTime _time = new();
    private readonly SecretCache _cache;
    private int _asked;
    private int _late;
    private Func<Task<Result<FetchedSecret>>> _fetch = () => Task.FromResult(Text("1"));

    public SecretCacheTests()
    {
        _cache = new SecretCache(_time);
        _cache.CameLate += () => Interlocked.Increment(ref _late);
    }

    private SecretSlot Slot => _cache.Find("key", new HashiCorpVaultConfig { Ttl = 100, NegTtl = 5, ResurrectTtl = 50 }, _ =>
    {
        Interlocked.Increment(ref _asked);
        return _fetch();
    });

    [Fact]
    public async Task A_secret_is_fetched_once_until_its_time_is_over()
    {
        Assert.Equal("1", await GetAsync());
        Has("2");
        _time.Pass(99);
        Assert.Equal("1", await GetAsync());
        _time.Pass(2);
        Assert.Equal("2", await GetAsync());
        Assert.Equal(2, _asked);
    }

    [Fact]
    public async Task A_secret_that_is_not_there_is_looked_for_again_soon()
    {
        Has(null);
        Assert.Null(await GetAsync());
        Has("1");
        Assert.Null(await GetAsync());
        _time.Pass(6);
        Assert.Equal("1", await GetAsync());
    }

    [Fact]
    public async Task An_old_secret_is_used_for_a_while_when_the_vault_is_away()
    {
        Assert.Equal("1", await GetAsync());
        _fetch = () => Task.FromResult(s_away);
        _time.Pass(120);
        Assert.Equal("1", await GetAsync());
        _time.Pass(31);
        Assert.Equal("away", (await Slot.GetAsync()).Error);
    }

    [Fact]
    public async Task A_refresh_tells_whether_a_secret_changed()
    {
        await GetAsync();

        Assert.False(await _cache.RefreshAsync());
        _time.Pass(101);
        Assert.False(await _cache.RefreshAsync());
        Has("2");
        _time.Pass(101);
        Assert.True(await _cache.RefreshAsync());
        Has("none");
        Assert.Equal("2", await GetAsync());
    }

    [Fact]
    public async Task Many_who_want_a_secret_at_once_ask_once()
    {
        TaskCompletionSource<Result<FetchedSecret>> vault = new();
        _fetch = () => vault.Task;

        Task<Result<FetchedSecret>>[] all = [.. Enumerable.Range(0, 100).Select(_ => Slot.GetAsync())];
        vault.SetResult(Text("1"));

        Assert.All(await Task.WhenAll(all), result => Assert.Equal("1", result.Value.Text));
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task Who_went_on_without_a_secret_is_told_when_it_comes_and_nobody_waits_for_it_again()
    {
        TaskCompletionSource<Result<FetchedSecret>> vault = new();
        _fetch = () => vault.Task;

        Assert.False(Slot.First().IsCompleted);
        Assert.Equal("the vault has not answered yet", Slot.Now().Error);
        Assert.True(Slot.First().IsCompleted);
        Task<Result<FetchedSecret>> pending = Slot.GetAsync();
        vault.SetResult(Text("1"));
        await pending;

        Assert.Equal((1, "1"), (_late, Slot.Now().Value.Text));
    }

    [Fact]
    public async Task A_secret_that_is_due_is_used_until_the_vault_says_another()
    {
        await GetAsync();
        TaskCompletionSource<Result<FetchedSecret>> vault = new();
        _fetch = () => vault.Task;
        _time.Pass(101);

        Assert.Equal("1", Slot.Now().Value.Text);
        Assert.True(Slot.First().IsCompleted);
        Task<Result<FetchedSecret>> pending = Slot.GetAsync();
        vault.SetResult(Text("2"));
        await pending;

        Assert.Equal((1, "2"), (_late, Slot.Now().Value.Text));
    }

    [Fact]
    public async Task Nobody_is_told_of_an_answer_that_is_no_news()
    {
        _fetch = () => Task.FromResult(s_away);
        Assert.Equal("the vault has not answered yet", Slot.Now().Error);
        await Slot.GetAsync();
        Assert.Equal("away", Slot.Now().Error);

        Has("1");
        _time.Pass(11);
        await GetAsync();
        _time.Pass(101);
        Assert.Equal("1", Slot.Now().Value.Text);
        await Slot.GetAsync();

        Assert.Equal(0, _late);
    }

    [Fact]
    public async Task A_question_that_fails_by_a_defect_can_be_asked_again()
    {
        _fetch = () => throw new InvalidOperationException("a defect");
        await Assert.ThrowsAsync<InvalidOperationException>(Slot.GetAsync);

        Has("1");
        Assert.Equal("1", await GetAsync());
    }

    private void Has(string? text) => _fetch = () => Task.FromResult(Text(text));

    private async Task<string?> GetAsync() => (await Slot.GetAsync()).Value.Text;

    private static Result<FetchedSecret> Text(string? text) => new FetchedSecret(text);

    private sealed class SetTime : TimeProvider
    {
        private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public void Pass(double seconds) => _now = _now.AddSeconds(seconds);

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
