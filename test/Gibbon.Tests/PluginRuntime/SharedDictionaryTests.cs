using Gibbon.PluginRuntime.Host;

namespace Gibbon.Tests.PluginRuntime;

public sealed class SharedDictionaryTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_number_is_counted_up_by_many_threads_without_a_loss()
    {
        SharedDictionary dictionary = new(_time);

        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                dictionary.Increment("hits", 1, initial: 0);
            }
        });

        Assert.Equal(80_000L, Convert.ToInt64(dictionary.Get("hits"), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_key_without_a_number_cannot_be_counted_up()
    {
        SharedDictionary dictionary = new(_time);
        dictionary.Set("text", "x");

        Assert.Equal("not found", dictionary.Increment("absent", 1).Error);
        Assert.Equal("not a number", dictionary.Increment("text", 1).Error);
    }

    [Fact]
    public void A_counter_is_gone_when_its_time_is_over_and_begins_anew()
    {
        SharedDictionary dictionary = new(_time);
        dictionary.Increment("window", 5, initial: 0, initialTimeToLive: TimeSpan.FromSeconds(10));

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(6, dictionary.Increment("window", 1, initial: 0, initialTimeToLive: TimeSpan.FromSeconds(10)).Value);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(dictionary.Get("window"));
        Assert.Equal(1, dictionary.Increment("window", 1, initial: 0).Value);
    }

    [Fact]
    public void Add_stores_only_where_nothing_is_and_replace_only_where_something_is()
    {
        SharedDictionary dictionary = new(_time);

        Assert.False(dictionary.Replace("key", "a"));
        Assert.True(dictionary.Add("key", "b", TimeSpan.FromSeconds(1)));
        Assert.False(dictionary.Add("key", "c"));
        Assert.True(dictionary.Replace("key", "d", TimeSpan.FromSeconds(1)));
        Assert.Equal("d", dictionary.Get("key"));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(dictionary.Add("key", "e"));
    }

    [Fact]
    public void A_full_dictionary_lets_keys_go()
    {
        SharedDictionary dictionary = new(_time, mostKeys: 100);
        for (int i = 0; i < 40_000; i++)
        {
            dictionary.Set("key" + i, i);
        }

        Assert.True(dictionary.Keys(0).Count < 20_000);
    }
}
