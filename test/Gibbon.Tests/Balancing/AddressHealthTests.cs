using Gibbon.Balancing.Health;

namespace Gibbon.Tests.Balancing;

public sealed class AddressHealthTests
{
    private readonly AddressHealth _health = new();

    [Fact]
    public void Failures_up_to_the_threshold_make_it_unhealthy_step_by_step()
    {
        Assert.True(_health.Count(HealthEvent.HttpFailure, 3, out HealthChange first));
        Assert.False(_health.Count(HealthEvent.HttpFailure, 3, out _));
        Assert.True(_health.IsAvailable);
        Assert.True(_health.Count(HealthEvent.HttpFailure, 3, out HealthChange last));

        Assert.Equal(new HealthChange(HealthState.Healthy, HealthState.MostlyHealthy, 1), first);
        Assert.Equal(new HealthChange(HealthState.MostlyHealthy, HealthState.Unhealthy, 3), last);
        Assert.True(last.MovesRequests);
        Assert.False(_health.IsAvailable);
    }

    [Fact]
    public void Each_kind_of_failure_is_counted_by_itself()
    {
        _health.Count(HealthEvent.HttpFailure, 2, out _);
        _health.Count(HealthEvent.Timeout, 2, out _);
        _health.Count(HealthEvent.TcpFailure, 2, out _);
        Assert.True(_health.IsAvailable);

        _health.Count(HealthEvent.Timeout, 2, out _);
        Assert.False(_health.IsAvailable);
    }

    [Fact]
    public void A_success_forgets_all_failures()
    {
        _health.Count(HealthEvent.HttpFailure, 2, out _);
        _health.Count(HealthEvent.Success, 1, out _);
        _health.Count(HealthEvent.HttpFailure, 2, out _);

        Assert.Equal(HealthState.MostlyHealthy, _health.State);
    }

    [Fact]
    public void Successes_that_are_not_counted_leave_failures_to_add_up()
    {
        _health.Count(HealthEvent.HttpFailure, 2, out _);
        Assert.False(_health.Count(HealthEvent.Success, 0, out _));
        _health.Count(HealthEvent.HttpFailure, 2, out _);

        Assert.False(_health.IsAvailable);
    }

    [Fact]
    public void It_comes_back_after_successes_in_a_row_alone()
    {
        _health.Set(healthy: false, out _);
        _health.Count(HealthEvent.Success, 2, out _);
        Assert.Equal(HealthState.MostlyUnhealthy, _health.State);
        _health.Count(HealthEvent.TcpFailure, 5, out _);
        _health.Count(HealthEvent.Success, 2, out _);
        Assert.False(_health.IsAvailable);
        _health.Count(HealthEvent.Success, 2, out _);

        Assert.Equal(HealthState.Healthy, _health.State);
    }

    [Theory]
    [InlineData(HealthState.Healthy, HealthEvent.Success)]
    [InlineData(HealthState.Unhealthy, HealthEvent.Timeout)]
    internal void What_only_confirms_is_not_counted(HealthState state, HealthEvent what)
    {
        _health.Set(state == HealthState.Healthy, out _);

        Assert.False(_health.Count(what, 1, out _));
        Assert.Equal(0, _health.CountOf(what));
    }

    [Fact]
    public void Set_from_outside_it_forgets_what_was_counted()
    {
        _health.Count(HealthEvent.HttpFailure, 5, out _);

        Assert.True(_health.Set(healthy: true, out _));
        Assert.Equal(0, _health.CountOf(HealthEvent.HttpFailure));
        Assert.False(_health.Set(healthy: true, out _));
    }

    [Fact]
    public void A_status_that_is_in_both_lists_is_a_success_and_none_at_all_a_failure()
    {
        HealthRules rules = new([200, 500], [500, 503]) { Successes = 1, HttpFailures = 2, TcpFailures = 3, Timeouts = 4 };

        Assert.Equal(
            [HealthEvent.Success, HealthEvent.Success, HealthEvent.HttpFailure, HealthEvent.HttpFailure, null],
            new[] { 200, 500, 503, 0, 404 }.Select(rules.Judge));
        Assert.Equal([1, 2, 3, 4], Enum.GetValues<HealthEvent>().Select(rules.ThresholdOf));
    }
}
