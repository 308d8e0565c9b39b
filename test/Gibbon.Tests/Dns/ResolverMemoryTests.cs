using System.Net;
using Gibbon.Dns;
using Gibbon.Tests.PluginRuntime;

namespace Gibbon.Tests.Dns;

/// <summary>How long answers are believed, and what happens when their time is over.</summary>
public sealed class ResolverMemoryTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task An_answer_is_fresh_for_the_time_of_its_records_and_then_serves_stale_while_it_is_looked_up_again()
    {
        string address = "127.0.0.1";
        await using var server = ScriptedNameServer.Start(asked => asked.Addresses(5, address));
        Resolver resolver = Resolver(server);
        await resolver.ResolveAsync("a.test");
        int asked = server.Questions.Count;

        address = "127.0.0.2";
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.True(resolver.ResolveAsync("a.test").IsCompletedSuccessfully);
        Assert.Equal(asked, server.Questions.Count);

        _time.Advance(TimeSpan.FromSeconds(2));
        ValueTask<Resolution> stale = resolver.ResolveAsync("a.test");
        Assert.True(stale.IsCompletedSuccessfully);
        Assert.Equal([IPAddress.Parse("127.0.0.1")], stale.Result.Addresses);

        await Wait.UntilAsync(() => resolver.TryGetRemembered("a.test", out Resolution known) && known.Addresses[0].ToString() == "127.0.0.2");

        // LAST: what brought addresses is asked for first, and is enough.
        Assert.Equal(["a.test A"], server.Asked()[asked..]);
    }

    [Fact]
    public async Task The_settings_may_say_how_long_answers_are_fresh()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Addresses(5, "127.0.0.1"));
        Resolver resolver = Resolver(server, settings => settings with { ValidTime = TimeSpan.FromSeconds(100), StaleTime = TimeSpan.Zero });
        Resolution resolution = await resolver.ResolveAsync("a.test");

        Assert.Equal(TimeSpan.FromSeconds(100), resolution.TimeToLive);
        Assert.Equal(_time.GetTimestamp() + TimeSpan.FromSeconds(100).Ticks, resolution.ExpiresAt);
        _time.Advance(TimeSpan.FromSeconds(99));
        Assert.True(resolver.TryGetRemembered("a.test", out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(resolver.TryGetRemembered("a.test", out Resolution gone));
        Assert.Equal("dns server error: 100 cache only lookup failed", gone.Error);
    }

    [Fact]
    public async Task A_resolver_that_is_down_never_blocks_a_name_that_is_remembered()
    {
        bool down = false;
        await using var server = ScriptedNameServer.Start();
        server.Answer = asked => down ? [] : [asked.Addresses(5, "127.0.0.1")];
        Resolver resolver = Resolver(server);
        await resolver.ResolveAsync("a.test");

        down = true;
        for (int i = 0; i < 50; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            ValueTask<AddressPick> pick = resolver.PickAsync("a.test", 80);
            Assert.True(pick.IsCompletedSuccessfully);
            Assert.Equal("127.0.0.1:80", pick.Result.EndPoint!.ToString());
        }
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task Whoever_follows_with_the_same_questions_begins_with_what_was_known_and_asks_anew(int ndots, bool known)
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Addresses(60, "127.0.0.1"));
        Resolver before = Resolver(server);
        await before.ResolveAsync("a.test");
        await before.ResolveAsync("localhost");
        int asked = server.Questions.Count;
        Resolver after = Gibbon.Dns.Resolver.Following(before, new ResolverSettings { Servers = [server.EndPoint], Ndots = ndots }, _time);

        Assert.False(after.TryGetRemembered("localhost", out _));
        Assert.Equal(known, after.TryGetRemembered("a.test", out Resolution resolution));
        if (known)
        {
            Assert.Equal("127.0.0.1", resolution.Addresses[0].ToString());
            await Wait.UntilAsync(() => server.Questions.Count > asked);
        }
    }

    [Fact]
    public async Task What_is_too_old_serves_a_request_that_began_with_it_and_nobody_else()
    {
        bool down = false;
        await using var server = ScriptedNameServer.Start();
        server.Answer = asked => down ? [] : [asked.Addresses(5, "127.0.0.1")];
        Resolver resolver = Resolver(server, settings => settings with { StaleTime = TimeSpan.Zero, Order = [RecordType.A] });
        await resolver.ResolveAsync("a.test");

        down = true;
        _time.Advance(TimeSpan.FromSeconds(6));
        ValueTask<AddressPick> begun = resolver.PickAsync("a.test", 80, outdated: true);

        Assert.True(begun.IsCompletedSuccessfully);
        Assert.Equal("127.0.0.1:80", begun.Result.EndPoint!.ToString());
        Assert.False(resolver.TryGetRemembered("a.test", out _));
        await Wait.UntilAsync(() => server.Questions.Count > 1);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(0)]
    public async Task A_refresh_that_fails_takes_no_usable_answer_away_until_it_is_too_old(int code)
    {
        bool fails = false;
        await using var server = ScriptedNameServer.Start(asked => fails ? asked.Reply().Code(code).Build() : asked.Addresses(5, "127.0.0.1"));
        Resolver resolver = Resolver(server, settings => settings with { StaleTime = TimeSpan.FromSeconds(60) });
        await resolver.ResolveAsync("a.test");
        fails = true;

        for (int refresh = 0; refresh < 3; refresh++)
        {
            int asked = server.Questions.Count;
            _time.Advance(TimeSpan.FromSeconds(10));
            await Wait.UntilAsync(() =>
            {
                // The failure before this one may have been taken in only now, and is followed by a pause.
                _time.Advance(TimeSpan.FromMilliseconds(20));
                Assert.True(resolver.TryGetRemembered("a.test", out Resolution known));
                Assert.Null(known.Error);
                return server.Questions.Count >= asked + 3;
            });
        }

        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.NotNull((await resolver.ResolveAsync("a.test")).Error);
    }

    [Fact]
    public async Task A_name_of_which_the_server_says_that_it_has_gone_is_believed_gone()
    {
        bool gone = false;
        await using var server = ScriptedNameServer.Start(asked => gone ? asked.Reply().Code(3).Build() : asked.Addresses(5, "127.0.0.1"));
        Resolver resolver = Resolver(server);
        await resolver.ResolveAsync("a.test");

        gone = true;
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null((await resolver.ResolveAsync("a.test")).Error);
        await Wait.UntilAsync(() => resolver.TryGetRemembered("a.test", out Resolution known) && known.NameUnknown);
    }

    [Theory]
    [InlineData(3, 30)]
    [InlineData(2, 1)]
    public async Task Failures_are_remembered_too_for_their_own_time(int code, int seconds)
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Reply().Code(code).Build());
        Resolver resolver = Resolver(server);
        await resolver.ResolveAsync("a.test");
        int asked = server.Questions.Count;

        _time.Advance(TimeSpan.FromSeconds(seconds * 0.9));
        Assert.NotNull((await resolver.ResolveAsync("a.test")).Error);
        Assert.Equal(asked, server.Questions.Count);

        _time.Advance(TimeSpan.FromSeconds(seconds * 0.2));
        Assert.NotNull((await resolver.ResolveAsync("a.test")).Error);
        Assert.Equal(2 * asked, server.Questions.Count);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 20)]
    public async Task Who_waits_for_the_same_name_waits_for_one_question_unless_the_settings_say_otherwise(bool noSync, int questions)
    {
        TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = ScriptedNameServer.Start();
        server.Answer = _ => [];
        Resolver resolver = Resolver(server, settings => settings with { NoSync = noSync, Order = [RecordType.A] });

        Task<Resolution>[] waiting = [.. Enumerable.Range(0, 20).Select(_ => resolver.ResolveAsync("a.test").AsTask())];
        await Wait.UntilAsync(() => server.Questions.Count == questions);
        foreach (Asked asked in server.Questions) server.Datagrams.SendTo(asked.Addresses(60, "127.0.0.1"), asked.From);

        Assert.All(await Task.WhenAll(waiting), static resolution => Assert.Equal("127.0.0.1", resolution.Addresses[0].ToString()));
        Assert.Equal(questions, server.Questions.Count);
    }

    [Fact]
    public async Task No_more_names_are_remembered_than_the_settings_allow_and_what_is_asked_for_stays()
    {
        await using var server = ScriptedNameServer.Start(asked => asked.Addresses(60, "127.0.0.1"));
        Resolver resolver = Resolver(server, settings => settings with { CacheSize = 20, Order = [RecordType.A] });
        for (int i = 0; i < 100; i++)
        {
            await resolver.ResolveAsync($"n{i}.test");
            _time.Advance(TimeSpan.FromSeconds(0.4));
            await resolver.ResolveAsync("often.test");
        }

        int known = Enumerable.Range(0, 100).Count(i => resolver.TryGetRemembered($"n{i}.test", out _));
        Assert.InRange(known, 10, 19);
        Assert.Single(server.Asked(), static asked => asked == "often.test A");
    }

    private Resolver Resolver(ScriptedNameServer server, Func<ResolverSettings, ResolverSettings>? change = null)
    {
        ResolverSettings settings = new() { Servers = [server.EndPoint] };
        return new Resolver(change is null ? settings : change(settings), _time);
    }
}
