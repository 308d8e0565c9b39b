namespace Gibbon.Pdk.Tests;

public sealed class PhaseExceptionTests
{
    [Fact]
    public void The_text_names_the_phase_and_those_that_would_be_right_in_the_order_of_their_bits() =>
        Says(
            "function cannot be called in log phase (only in: rewrite, access, balancer)",
            Phase.Log,
            Phase.Balancer | Phase.Access | Phase.Rewrite);

    [Fact]
    public void The_phases_of_a_request_are_named_one_by_one() =>
        Says(
            "function cannot be called in preread phase (only in: rewrite, access, balancer, response, cluster_listener, "
            + "header_filter, body_filter, log, error, admin_api)",
            Phase.Preread,
            Phase.Request);

    [Fact]
    public void A_function_that_works_nearly_everywhere_names_the_exception() =>
        Says(
            "function cannot be called in init_worker phase (can be called in any phases except: init_worker)",
            Phase.InitWorker,
            Phase.AnyButInitWorker);

    [Fact]
    public void Outside_of_every_phase_the_text_says_which_are_needed() =>
        Says("no phase in ngx.ctx.KONG_PHASE, (need one of access, log)", Phase.None, Phase.Access | Phase.Log);

    [Fact]
    public void An_unknown_phase_is_called_so() =>
        Says("function cannot be called in 'unknown phase' phase (only in: log)", (Phase)0x4, Phase.Log);

    [Fact]
    public void A_right_phase_passes() => PhaseException.ThrowUnless(Phase.Access, Phase.Request);

    static void Says(string text, Phase current, Phase allowed)
    {
        var failure = Assert.Throws<PhaseException>(() => PhaseException.ThrowUnless(current, allowed));
        Assert.Equal(text, failure.Message);
        Assert.Equal(current, failure.Current);
        Assert.Equal(allowed, failure.Allowed);
    }
}
