using Gibbon.Balancing;
using Gibbon.Dns;
using Gibbon.Pdk.Entities;
using Gibbon.Tests.Dns;

namespace Gibbon.Tests.Balancing;

/// <summary>Balancers that follow one another while the names of their targets are being looked up.</summary>
public sealed class FollowingTests
{
    private readonly BalancerStates _states = new(TimeProvider.System, null);
    private readonly Upstream _upstream = new() { Id = Guid.NewGuid(), Name = "u" };

    [Fact]
    public async Task A_look_up_that_the_one_before_began_is_news_for_the_one_after()
    {
        await using var server = ScriptedNameServer.Start();
        server.Answer = static _ => [];
        Resolver resolver = Resolver(server);
        Balancer before = BalancerScene.With(_states, _upstream, ("a.test:1", 100));
        Task first = before.ResolveAsync(resolver);
        Balancer after = BalancerScene.With(_states, _upstream, ("a.test:1", 50));
        Task second = after.ResolveAsync(resolver);

        await AnswerAsync(server);
        await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(("10.0.0.9:1", "10.0.0.9:1"), (before.PickText(), after.PickText()));
        Assert.Equal((100, 50), (before.Pool.TotalWeight, after.Pool.TotalWeight));
    }

    [Fact]
    public async Task What_the_one_before_learns_late_takes_no_address_out_of_use()
    {
        await using var server = ScriptedNameServer.Start();
        server.Answer = static _ => [];
        Balancer before = BalancerScene.With(_states, _upstream, ("a.test:1", 100));
        Task late = before.ResolveAsync(Resolver(server));
        Balancer after = BalancerScene.With(_states, _upstream, ("10.0.0.1:2", 100));

        await AnswerAsync(server);
        await late.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal("10.0.0.9:1", before.PickText());
        Assert.Equal(0, after.At(2).State.UnusedSince);
    }

    [Fact]
    public async Task Who_has_nobody_to_pick_asks_even_when_the_name_has_just_become_known()
    {
        await using var server = ScriptedNameServer.Start();
        server.Answer = static _ => [];
        Resolver resolver = Resolver(server);
        Balancer before = BalancerScene.With(_states, _upstream, ("a.test:1", 100));
        Balancer after = BalancerScene.With(_states, _upstream, ("a.test:1", 50));
        Task known = before.ResolveAsync(resolver);
        await AnswerAsync(server);
        await known.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        // A request comes before what the name stands for has been taken over.
        Assert.Null(after.PickText());
        Assert.True(after.MustResolve);
        await after.ResolveAsync(resolver);
        Assert.Equal("10.0.0.9:1", after.PickText());
    }

    private static Resolver Resolver(ScriptedNameServer server) =>
        new(new ResolverSettings { Servers = [server.EndPoint], Order = [RecordType.A], Timeout = TimeSpan.FromSeconds(60) }, TimeProvider.System);

    private static async Task AnswerAsync(ScriptedNameServer server)
    {
        await Wait.UntilAsync(() => !server.Questions.IsEmpty);
        foreach (Asked asked in server.Questions) server.Datagrams.SendTo(asked.Addresses(60, "10.0.0.9"), asked.From);
    }
}
