using Gibbon.Balancing;
using Gibbon.Balancing.Algorithms;
using Gibbon.Pdk.Entities;
using Gibbon.Tests.PluginRuntime;

namespace Gibbon.Tests.Balancing;

public sealed class LoadAwareTests
{
    [Fact]
    public void Least_connections_goes_where_the_fewest_are_for_the_weight()
    {
        Balancer balancer = BalancerScene.Of(BalancingAlgorithm.LeastConnections, ("10.0.0.1:1", 100), ("10.0.0.1:2", 300));
        List<TargetAddress> taken = [];
        for (int i = 0; i < 40; i++)
        {
            TargetAddress address = balancer.Pick(PickInput.None)!;
            balancer.Take(address);
            taken.Add(address);
        }

        Assert.Equal(10, taken.Count(static address => address.EndPoint.Port == 1));

        foreach (TargetAddress address in taken.Where(static address => address.EndPoint.Port == 1)) balancer.Release(address);
        for (int i = 0; i < 5; i++)
        {
            TargetAddress next = balancer.Pick(PickInput.None)!;
            balancer.Take(next);
            Assert.Equal(1, next.EndPoint.Port);
        }
    }

    [Fact]
    public void Equals_take_turns() => Assert.Equal(3, Enumerable.Range(0, 3)
        .Select(static _ => 0)
        .Aggregate((Balancer: BalancerScene.Of(BalancingAlgorithm.LeastConnections, ("10.0.0.1:1", 1), ("10.0.0.1:2", 1), ("10.0.0.1:3", 1)), Seen: new HashSet<string?>()),
            static (scene, _) => { scene.Seen.Add(scene.Balancer.PickText()); return scene; }).Seen.Count);

    [Fact]
    public void Connections_are_remembered_by_the_balancer_that_follows()
    {
        BalancerStates states = new(TimeProvider.System, null);
        Upstream upstream = new() { Id = Guid.NewGuid(), Name = "u", Algorithm = BalancingAlgorithm.LeastConnections };
        Balancer first = BalancerScene.With(states, upstream, ("10.0.0.1:1", 100), ("10.0.0.1:2", 100));
        TargetAddress busy = first.At(1);
        first.Take(busy);

        Balancer second = BalancerScene.With(states, upstream, ("10.0.0.1:1", 100), ("10.0.0.1:2", 100), ("10.0.0.1:3", 0));
        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal(2, second.Pick(PickInput.None)!.EndPoint.Port));

        first.Release(busy);
        Assert.Contains(1, Enumerable.Range(0, 4).Select(_ => second.Pick(PickInput.None)!.EndPoint.Port));
    }

    [Theory]
    [InlineData(BalancingAlgorithm.LeastConnections)]
    [InlineData(BalancingAlgorithm.Latency)]
    public void Of_ten_thousand_targets_any_is_found_that_works(BalancingAlgorithm algorithm)
    {
        Upstream upstream = new()
        {
            Id = Guid.NewGuid(),
            Name = "u",
            Algorithm = algorithm,
            Healthchecks = new Healthchecks { Passive = new PassiveHealthcheck { Unhealthy = new PassiveUnhealthy { TcpFailures = 1 } } },
        };
        Balancer balancer = BalancerScene.Of(upstream, TimeProvider.System, [.. Enumerable.Range(1, 10_000).Select(static port => ($"10.0.0.1:{port}", 100))]);
        Assert.True(Enumerable.Range(0, 10_000).Select(_ => balancer.PickText()).Distinct().Count() > 50);

        foreach (TargetAddress address in balancer.Pool.Addresses.Where(static address => address.EndPoint.Port != 7777))
        {
            balancer.Reports.Set(address.State, healthy: false);
        }

        Assert.Equal("10.0.0.1:7777", balancer.PickText());
    }

    [Fact]
    public void Latency_goes_where_answers_came_fastest_and_forgives_with_time()
    {
        ManualTime time = new();
        time.Advance(TimeSpan.FromHours(1));
        Upstream upstream = new() { Id = Guid.NewGuid(), Name = "u", Algorithm = BalancingAlgorithm.Latency };
        Balancer balancer = BalancerScene.Of(upstream, time, ("10.0.0.1:1", 100), ("10.0.0.1:2", 100));
        time.Advance(TimeSpan.FromSeconds(10));
        balancer.Answered(balancer.At(1), 2);
        balancer.Answered(balancer.At(2), 0.1);

        Assert.All(Enumerable.Range(0, 4), _ => Assert.Equal("10.0.0.1:2", balancer.PickText()));

        // The fast one is asked all the time, the slow one not at all: after a minute it is worth a try again.
        for (int i = 0; i < 600; i++)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            balancer.Answered(balancer.At(2), 0.1);
        }

        Assert.Equal("10.0.0.1:1", balancer.PickText());
    }

    [Fact]
    public void Latency_weighs_and_never_returns_to_where_the_request_has_failed()
    {
        ManualTime time = new();
        time.Advance(TimeSpan.FromHours(1));
        Upstream upstream = new() { Id = Guid.NewGuid(), Name = "u", Algorithm = BalancingAlgorithm.Latency };
        Balancer balancer = BalancerScene.Of(upstream, time, ("10.0.0.1:1", 100), ("10.0.0.1:2", 300));
        time.Advance(TimeSpan.FromSeconds(10));
        balancer.Answered(balancer.At(1), 0.2);
        balancer.Answered(balancer.At(2), 0.3);
        TriedAddresses tried = new();
        PickInput input = new(0, 0, tried);

        Assert.Equal("10.0.0.1:2", balancer.PickText(input));
        tried.Add(balancer.At(2).State);
        Assert.Equal("10.0.0.1:1", balancer.PickText(input));
        tried.Add(balancer.At(1).State);
        Assert.Null(balancer.Pick(in input));
    }

    [Fact]
    public void Under_skewed_latency_least_connections_beats_the_p99_of_round_robin()
    {
        double roundRobin = P99(BalancingAlgorithm.RoundRobin);
        double leastConnections = P99(BalancingAlgorithm.LeastConnections);

        Assert.True(leastConnections < roundRobin / 2, $"least-connections {leastConnections}, round-robin {roundRobin}");
    }

    // A simulation without a clock: a request a millisecond; four targets that answer one after the other, one of them ten times slower.
    private static double P99(BalancingAlgorithm algorithm)
    {
        Balancer balancer = BalancerScene.Of(algorithm, ("10.0.0.1:1", 100), ("10.0.0.1:2", 100), ("10.0.0.1:3", 100), ("10.0.0.1:4", 100));
        Random random = new(42);
        double[] free = new double[5];
        PriorityQueue<TargetAddress, double> underWay = new();
        List<double> times = [];
        for (int now = 0; now < 20_000; now++)
        {
            while (underWay.TryPeek(out TargetAddress? done, out double end) && end <= now)
            {
                underWay.Dequeue();
                balancer.Release(done);
            }

            TargetAddress address = balancer.Pick(PickInput.None)!;
            balancer.Take(address);
            int port = address.EndPoint.Port;
            double work = -Math.Log(1 - random.NextDouble()) * (port == 1 ? 20 : 2);
            free[port] = Math.Max(free[port], now) + work;
            underWay.Enqueue(address, free[port]);
            times.Add(free[port] - now);
        }

        times.Sort();
        return times[(int)(times.Count * 0.99)];
    }
}
