using Gibbon.Balancing;
using Gibbon.Balancing.Reporting;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Tests.PluginRuntime;

namespace Gibbon.Tests.Balancing;

public sealed class BalancerTests
{
    [Theory]
    [InlineData(0, 1, true)]
    [InlineData(0, 2, true)]
    [InlineData(0, 3, false)]
    [InlineData(50, 1, true)]
    [InlineData(50, 2, false)]
    [InlineData(100, 0, false)]
    public void More_of_the_weight_must_work_than_the_threshold_says(double threshold, int down, bool healthy)
    {
        Balancer balancer = BalancerScene.Of(Checked(threshold), TimeProvider.System, ("10.0.0.1:1", 100), ("10.0.0.1:2", 100), ("10.0.0.1:3", 100));
        for (int port = 1; port <= down; port++) balancer.Reports.Set(balancer.At(port).State, healthy: false);

        Assert.Equal(healthy, balancer.Pool.IsHealthy);
        Assert.Equal(healthy, balancer.Pick(PickInput.None) is not null);
    }

    [Fact]
    public void Health_outlives_a_change_of_other_targets_and_of_the_upstream()
    {
        BalancerStates states = new(TimeProvider.System, null);
        Upstream upstream = Checked(0);
        Balancer first = BalancerScene.With(states, upstream, ("10.0.0.1:1", 100), ("10.0.0.1:2", 100));
        first.Reports.Set(first.At(1).State, healthy: false);

        Balancer second = BalancerScene.With(states, upstream with { Algorithm = BalancingAlgorithm.LeastConnections }, ("10.0.0.1:1", 50), ("10.0.0.1:3", 100));

        Assert.False(second.At(1).IsAvailable);
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal("10.0.0.1:3", second.PickText()));
    }

    [Fact]
    public void An_address_that_was_out_of_use_for_five_minutes_begins_anew()
    {
        ManualTime time = new();
        time.Advance(TimeSpan.FromSeconds(1));
        BalancerStates states = new(time, null);
        Upstream upstream = Checked(0);
        Balancer first = BalancerScene.With(states, upstream, ("10.0.0.1:1", 100), ("10.0.0.1:2", 100));
        first.Reports.Set(first.At(1).State, healthy: false);
        BalancerScene.With(states, upstream, ("10.0.0.1:2", 100));

        time.Advance(TimeSpan.FromMinutes(4));
        states.Prune(new HashSet<Guid> { upstream.Id });
        Assert.False(BalancerScene.With(states, upstream, ("10.0.0.1:1", 100), ("10.0.0.1:2", 100)).At(1).IsAvailable);

        BalancerScene.With(states, upstream, ("10.0.0.1:2", 100));
        time.Advance(TimeSpan.FromMinutes(6));
        states.Prune(new HashSet<Guid> { upstream.Id });
        Assert.True(BalancerScene.With(states, upstream, ("10.0.0.1:1", 100), ("10.0.0.1:2", 100)).At(1).IsAvailable);
    }

    [Fact]
    public void Without_health_checks_nobody_is_ever_out_and_nothing_can_be_set()
    {
        Balancer balancer = BalancerScene.Of(BalancingAlgorithm.RoundRobin, ("10.0.0.1:1", 100));
        for (int i = 0; i < 300; i++) balancer.Reports.ConnectionFailed(balancer.At(1));

        Assert.NotNull(balancer.Pick(PickInput.None));
        Assert.Equal("no healthchecker found for u", ManualHealth.Set(balancer, balancer.Resolved[0], null, healthy: false));
        Assert.Equal("HEALTHCHECKS_OFF", TargetReports.Of(balancer, balancer.Resolved[0]).Health);
        Assert.Equal(("HEALTHCHECKS_OFF", "HEALTHY"), (TargetReports.OfBalancer(balancer)["health"], TargetReports.OfBalancer(balancer)["balancer_health"]));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("10.0.0.1:1", 0)]
    [InlineData("10.0.0.2:1", 100)]
    [InlineData("10.0.0.1", 100)]
    [InlineData("a.test", 0)]
    public void Health_is_set_for_an_address_or_for_all_of_a_target(string? address, int available)
    {
        Balancer balancer = BalancerScene.Of(Checked(0), TimeProvider.System, ("10.0.0.1:1", 100));

        Assert.Null(ManualHealth.Set(balancer, balancer.Find("10.0.0.1:1")!, address, healthy: false));

        Assert.Equal(available, balancer.Pool.AvailableWeight);
    }

    [Theory]
    [InlineData("10.0.0.1|10.0.0.1|1|0|id|u", 0)]
    [InlineData("10.0.0.1||1|0|id|u", 0)]
    [InlineData("10.0.0.1||2|0|id|u", 100)]
    [InlineData("10.0.0.1|10.0.0.2|1|0|id|u", 100)]
    [InlineData("10.0.0.1||1|1|id|u", 100)]
    [InlineData("10.0.0.1||1|0|id|other", 100)]
    [InlineData("nonsense", 100)]
    public void What_another_node_was_told_holds_here_too(string text, int available)
    {
        Balancer balancer = BalancerScene.Of(Checked(0), TimeProvider.System, ("10.0.0.1:1", 100));

        ManualHealth.Follow(text, name => name == "u" ? balancer : null);

        Assert.Equal(available, balancer.Pool.AvailableWeight);
    }

    [Fact]
    public void The_recorder_tells_what_brought_an_address_down_and_up()
    {
        Balancer balancer = BalancerScene.Of(Checked(0) with
        {
            Healthchecks = new Healthchecks
            {
                Passive = new PassiveHealthcheck
                {
                    Healthy = new PassiveHealthy { Successes = 1 },
                    Unhealthy = new PassiveUnhealthy { HttpFailures = 2, TcpFailures = 1, Timeouts = 1 },
                },
            },
        }, TimeProvider.System, ("10.0.0.1:1", 100));
        TargetAddress address = balancer.At(1);
        balancer.Reports.Answered(address, 200);
        balancer.Reports.Answered(address, 500);
        balancer.Reports.Answered(address, 404);
        balancer.Reports.Answered(address, 503);
        balancer.Reports.Set(address.State, healthy: true);
        balancer.Reports.Answered(address, 504);
        balancer.Reports.Answered(address, 200);
        balancer.Reports.ConnectionFailed(address);

        var history = (ValueMap)((ValueList)TargetHistory.Of(balancer, balancer.Resolved[0])["addresses"]!)[0]!;

        Assert.Equal(
            [
                "healthy > mostly_healthy: request: status 500 (1/2)",
                "mostly_healthy > unhealthy: request: status 503 (2/2)",
                "unhealthy > healthy: set through the Admin API",
                "healthy > unhealthy: request: timeout (1/1)",
                "unhealthy > healthy: request: status 200 (1/1)",
                "healthy > unhealthy: request: connection failed (1/1)",
            ],
            ((ValueList)history["transitions"]!).Cast<ValueMap>().Select(static step => $"{step["from"]} > {step["to"]}: {step["cause"]}"));
        Assert.Equal("""{"success":2,"http_failure":2,"tcp_failure":1,"timeout":1}""", System.Text.Encoding.UTF8.GetString(Gibbon.Pdk.ValueJson.Write((ValueMap)history["requests"]!)));
    }

    [Fact]
    public void The_recorder_holds_no_more_than_it_says()
    {
        Balancer balancer = BalancerScene.Of(Checked(0), TimeProvider.System, ("10.0.0.1:1", 100));
        for (int i = 0; i < 1000; i++) balancer.Reports.Set(balancer.At(1).State, healthy: i % 2 == 1);

        var history = (ValueMap)((ValueList)TargetHistory.Of(balancer, balancer.Resolved[0])["addresses"]!)[0]!;
        Assert.Equal(32, ((ValueList)history["transitions"]!).Count);
        Assert.Equal("healthy", ((ValueMap)((ValueList)history["transitions"]!)[^1]!)["to"]);
    }

    [Theory]
    [InlineData(BalancingAlgorithm.RoundRobin)]
    [InlineData(BalancingAlgorithm.ConsistentHashing)]
    [InlineData(BalancingAlgorithm.LeastConnections)]
    [InlineData(BalancingAlgorithm.Latency)]
    [InlineData(BalancingAlgorithm.StickySessions)]
    public void A_pick_allocates_nothing(BalancingAlgorithm algorithm)
    {
        Upstream upstream = Checked(0) with { Algorithm = algorithm };
        Balancer balancer = BalancerScene.Of(upstream, TimeProvider.System, [.. Enumerable.Range(1, 200).Select(static port => ($"10.0.0.1:{port}", port))]);
        TriedAddresses tried = new();
        PickInput input = new(12345, balancer.At(7).StickyId, tried);
        Pass();

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) Pass();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Pass()
        {
            TargetAddress address = balancer.Pick(in input)!;
            balancer.Take(address);
            balancer.Reports.Answered(address, 200);
            balancer.Answered(address, 0.01);
            balancer.Release(address);
        }
    }

    [Fact]
    public void A_session_stays_with_its_address_until_that_is_down()
    {
        Upstream upstream = Checked(0) with { Algorithm = BalancingAlgorithm.StickySessions, StickySessionsCookie = "s" };
        Balancer balancer = BalancerScene.Of(upstream, TimeProvider.System, ("10.0.0.1:1", 100), ("10.0.0.1:2", 100), ("10.0.0.1:3", 100));
        PickInput bound = new(0, balancer.At(2).StickyId, null);
        Assert.All(Enumerable.Range(0, 5), _ => Assert.Equal("10.0.0.1:2", balancer.PickText(bound)));

        balancer.Reports.Set(balancer.At(2).State, healthy: false);
        Assert.NotEqual("10.0.0.1:2", balancer.PickText(bound));
        balancer.Reports.Set(balancer.At(2).State, healthy: true);
        Assert.Equal("10.0.0.1:2", balancer.PickText(bound));
        Assert.Equal(3, Enumerable.Range(0, 3).Select(_ => balancer.PickText(new PickInput(0, 12345, null))).Distinct().Count());
    }

    private static Upstream Checked(double threshold) => new()
    {
        Id = Guid.NewGuid(),
        Name = "u",
        Healthchecks = new Healthchecks
        {
            Threshold = threshold,
            Passive = new PassiveHealthcheck { Unhealthy = new PassiveUnhealthy { TcpFailures = 1 } },
        },
    };
}
