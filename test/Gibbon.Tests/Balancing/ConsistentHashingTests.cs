using System.Text;
using System.Text.Json;
using Gibbon.Balancing;
using Gibbon.Balancing.Algorithms;
using Gibbon.Pdk.Entities;
using Gibbon.Tests.Storage;

namespace Gibbon.Tests.Balancing;

public sealed class ConsistentHashingTests
{
    private static readonly JsonElement Vectors = JsonDocument.Parse(RecordedData.Read("vectors.json").ToJsonString()).RootElement;

    // The vectors take hashes for signed numbers, which the recordings refute: of theirs only the points of small hashes hold.
    [Fact]
    public void Hashes_and_points_are_those_of_the_vectors()
    {
        foreach (JsonElement vector in Vectors.GetProperty("consistent_hash_index").EnumerateArray())
        {
            uint hash = XxHash32.Of(Encoding.UTF8.GetBytes(vector.GetProperty("value").GetString()!));
            Assert.Equal(vector.GetProperty("xxh32").GetString(), $"0x{hash:x8}");
            if (hash <= int.MaxValue)
            {
                Assert.Equal(vector.GetProperty("index").GetInt32(), ConsistentHashing.PointOf(hash, vector.GetProperty("points").GetInt32()) + 1);
            }
        }
    }

    [Theory]
    [InlineData("/pa", 15555)]
    [InlineData("/pb", 15556)]
    [InlineData("/pc", 15555)]
    [InlineData("/pd", 15556)]
    [InlineData("a", 15555)]
    [InlineData("b", 15555)]
    [InlineData("c", 15556)]
    [InlineData("d", 15556)]
    [InlineData("127.0.0.1", 15555)]
    [InlineData("", 15556)]
    public void Picks_are_those_that_were_recorded_of_Kong(string value, int port) =>
        Assert.Equal("127.0.0.1:" + port, Ring(100, ("127.0.0.1:15555", 100), ("127.0.0.1:15556", 100)).PickText(Hashed(value)));

    [Theory]
    [InlineData("", 0x02CC5D05)]
    [InlineData("Nobody inspects the spammish repetition", 0xE2293B2F)]
    [InlineData("0123456789abcdef", 0xC2C45B69)]
    public void The_hash_is_xxHash_of_32_bits(string text, uint expected) => Assert.Equal(expected, XxHash32.Of(Encoding.ASCII.GetBytes(text)));

    [Fact]
    public void Every_target_stands_on_the_ring_as_often_as_the_vectors_say()
    {
        JsonElement vector = Vectors.GetProperty("consistent_hash_ring");
        (string, int)[] targets = [.. vector.GetProperty("targets").EnumerateArray()
            .Select(static target => ($"{target.GetProperty("ip").GetString()}:{target.GetProperty("port").GetInt32()}", target.GetProperty("weight").GetInt32()))];
        Balancer balancer = Ring(vector.GetProperty("points").GetInt32(), targets);
        ConsistentHashing ring = new(balancer.Pool.Addresses, targets.Length, vector.GetProperty("points").GetInt32());

        foreach (JsonProperty occupied in vector.GetProperty("occupied_slots").EnumerateObject())
        {
            Assert.Equal(occupied.Value.GetInt32(), ring.PointsOf(balancer.Pool.Addresses.Single(address => address.EndPoint.ToString() == occupied.Name)));
        }
    }

    [Fact]
    public void The_order_of_targets_means_nothing()
    {
        (string, int)[] targets = [.. Enumerable.Range(1, 9).Select(static i => ($"10.0.0.{i}:80", 100))];
        Balancer one = Ring(10000, targets);
        Balancer other = Ring(10000, [.. targets.Reverse()]);

        Assert.All(Values, value => Assert.Equal(one.PickText(Hashed(value)), other.PickText(Hashed(value))));
    }

    [Fact]
    public void A_target_that_leaves_moves_only_its_own_share()
    {
        (string, int)[] targets = [.. Enumerable.Range(1, 10).Select(static i => ($"10.0.0.{i}:80", 100))];
        Balancer before = Ring(10000, targets);
        Balancer after = Ring(10000, targets[..^1]);

        int moved = Values.Count(value => before.PickText(Hashed(value)) is { } was && was != "10.0.0.10:80" && was != after.PickText(Hashed(value)));

        // Points that the one who left had taken from others go back to them: a few per cent.
        Assert.InRange(moved, 0, Values.Length / 20);
    }

    [Fact]
    public void A_target_that_is_unhealthy_leaves_everybody_else_where_they_were()
    {
        Upstream upstream = Checked(new Upstream { Id = Guid.NewGuid(), Name = "u", Algorithm = BalancingAlgorithm.ConsistentHashing });
        Balancer balancer = BalancerScene.Of(upstream, TimeProvider.System, [.. Enumerable.Range(1, 10).Select(static i => ($"10.0.0.{i}:80", 100))]);
        Dictionary<string, string?> before = Values.ToDictionary(static value => value, value => balancer.PickText(Hashed(value)));

        balancer.Reports.Set(balancer.Pool.Addresses[4].State, healthy: false);

        string gone = balancer.Pool.Addresses[4].EndPoint.ToString();
        Assert.All(Values, value => Assert.Equal(before[value] != gone, before[value] == balancer.PickText(Hashed(value))));
    }

    [Fact]
    public void A_ring_that_is_too_small_for_its_targets_grows()
    {
        Balancer balancer = Ring(1000, [.. Enumerable.Range(0, 2000).Select(static i => ($"10.0.{i / 250}.{i % 250}:80", 100))]);

        Assert.True(Values.Select(value => balancer.PickText(Hashed(value))).Distinct().Count() > 1000);
    }

    [Fact]
    public void Without_any_weight_there_is_nobody() => Assert.Null(Ring(10000, ("10.0.0.1:80", 0)).PickText(Hashed("a")));

    private static string[] Values { get; } = [.. Enumerable.Range(0, 5000).Select(static i => "user-" + i)];

    private static PickInput Hashed(string value) => new(XxHash32.Of(Encoding.UTF8.GetBytes(value)), 0, null);

    private static Balancer Ring(int slots, params (string, int)[] targets) => BalancerScene.Of(
        new Upstream { Id = Guid.NewGuid(), Name = "u", Algorithm = BalancingAlgorithm.ConsistentHashing, Slots = slots }, TimeProvider.System, targets);

    private static Upstream Checked(Upstream upstream) =>
        upstream with { Healthchecks = new Healthchecks { Passive = new PassiveHealthcheck { Unhealthy = new PassiveUnhealthy { TcpFailures = 1 } } } };
}
