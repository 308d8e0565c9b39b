using Gibbon.Balancing;
using Gibbon.Balancing.Algorithms;
using Gibbon.Pdk.Entities;

namespace Gibbon.Tests.Balancing;

public sealed class RoundRobinTests
{
    [Fact]
    public void Picks_are_spread_exactly_by_the_weights()
    {
        Balancer balancer = BalancerScene.Of(BalancingAlgorithm.RoundRobin, ("10.0.0.1:80", 100), ("10.0.0.2:80", 50), ("10.0.0.3:80", 0), ("10.0.0.4:80", 25));

        Dictionary<string, int> picks = Enumerable.Range(0, 7000).Select(_ => balancer.PickText()!).CountBy(static text => text).ToDictionary();

        Assert.Equal([("10.0.0.1:80", 4000), ("10.0.0.2:80", 2000), ("10.0.0.4:80", 1000)], picks.OrderBy(static pick => pick.Key).Select(static pick => (pick.Key, pick.Value)));
    }

    [Fact]
    public void A_hundred_thousand_picks_by_many_threads_are_within_a_percent_of_the_weights()
    {
        (string Address, int Weight)[] targets = [.. Enumerable.Range(1, 20).Select(static i => ($"10.0.0.{i}:80", i * 7))];
        Balancer balancer = BalancerScene.Of(BalancingAlgorithm.RoundRobin, targets);
        int[] counts = new int[21];

        Parallel.For(0, 100_000, _ => Interlocked.Increment(ref counts[balancer.Pick(PickInput.None)!.EndPoint.Address.GetAddressBytes()[3]]));

        double total = targets.Sum(static target => target.Weight);
        foreach ((string address, int weight) in targets)
        {
            int place = int.Parse(address.Split('.', ':')[3]);
            Assert.InRange(counts[place] / 100_000.0 / (weight / total), 0.99, 1.01);
        }
    }

    [Fact]
    public void Weights_with_a_common_divisor_make_a_small_wheel() => Assert.Equal(3, RoundRobin.Places([1000, 500]).Length);

    [Fact]
    public void Weights_without_one_make_a_wheel_of_bounded_size_that_keeps_the_shares()
    {
        int[] weights = [.. Enumerable.Range(0, 100).Select(static i => 65535 - i)];
        int[] places = RoundRobin.Places(weights);

        Assert.InRange(places.Length, 1_000_000, 1_100_000);
        Assert.InRange(places.Count(static peer => peer == 99) / (double)places.Length * weights.Sum() / weights[99], 0.999, 1.001);
    }

    [Fact]
    public void Without_any_weight_there_is_nobody() =>
        Assert.Null(BalancerScene.Of(BalancingAlgorithm.RoundRobin, ("10.0.0.1:80", 0), ("10.0.0.2:80", 0)).PickText());

    [Fact]
    public void It_goes_on_when_the_count_of_turns_begins_anew()
    {
        Balancer balancer = BalancerScene.Of(BalancingAlgorithm.RoundRobin, ("10.0.0.1:80", 1), ("10.0.0.2:80", 1));
        balancer.State.Turn = uint.MaxValue - 1;

        Assert.All(Enumerable.Range(0, 4).Select(_ => balancer.PickText()), Assert.NotNull);
    }

    [Fact]
    public void A_retry_goes_to_somebody_else_while_there_is_anybody()
    {
        Balancer balancer = BalancerScene.Of(BalancingAlgorithm.RoundRobin, ("10.0.0.1:80", 1000), ("10.0.0.2:80", 1), ("10.0.0.3:80", 1));
        TriedAddresses tried = new();
        PickInput input = new(0, 0, tried);
        HashSet<string> seen = [];
        for (int i = 0; i < 3; i++)
        {
            TargetAddress address = balancer.Pick(in input)!;
            seen.Add(address.EndPoint.ToString());
            tried.Add(address.State);
        }

        Assert.Equal(3, seen.Count);
        Assert.NotNull(balancer.Pick(in input));
    }
}
