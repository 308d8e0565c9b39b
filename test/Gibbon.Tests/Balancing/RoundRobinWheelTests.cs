using Gibbon.Balancing;

namespace Gibbon.Tests.Balancing;

public sealed class RoundRobinWheelTests
{
    [Fact]
    public void Picks_are_spread_exactly_by_the_weights()
    {
        RoundRobinWheel wheel = new([100, 50, 0, 25], new Random(1));
        int[] picks = new int[4];
        uint turn = 0;
        for (int i = 0; i < 7000; i++)
        {
            picks[wheel.Next(ref turn)]++;
        }

        Assert.Equal([4000, 2000, 0, 1000], picks);
    }

    [Fact]
    public void Weights_with_a_common_divisor_make_a_small_wheel() => Assert.Equal(3, new RoundRobinWheel([1000, 500], new Random(1)).Length);

    [Fact]
    public void Without_any_weight_there_is_no_place() => Assert.Equal(0, new RoundRobinWheel([0, 0], new Random(1)).Length);

    [Fact]
    public void It_goes_on_when_the_count_of_turns_begins_anew()
    {
        RoundRobinWheel wheel = new([1, 1], new Random(1));
        uint turn = uint.MaxValue - 1;
        for (int i = 0; i < 4; i++)
        {
            Assert.InRange(wheel.Next(ref turn), 0, 1);
        }
    }
}
