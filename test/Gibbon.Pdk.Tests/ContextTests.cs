namespace Gibbon.Pdk.Tests;

public sealed class ContextTests
{
    [Fact]
    public void A_plugins_state_lasts_from_phase_to_phase_and_belongs_to_that_plugin()
    {
        var context = Stub.Context(Phase.Access);
        Plugin[] plugins = [new Named("a"), new Named("b"), new Named("c"), new Named("d"), new Named("e")];
        foreach (var plugin in plugins)
        {
            Stub.EnterPlugin(context, plugin);
            context.State<State>().Text = plugin.Name;
        }

        foreach (var plugin in plugins)
        {
            Stub.EnterPlugin(context, plugin);
            Assert.Equal(plugin.Name, context.State<State>().Text);
        }
    }

    [Fact]
    public void A_state_that_was_never_made_is_not_found()
    {
        var context = Stub.Context(Phase.Log);
        Stub.EnterPlugin(context, new Named("a"));

        Assert.Null(context.ExistingState<State>());
    }

    [Fact]
    public void States_of_several_types_are_kept_beside_each_other()
    {
        var context = Stub.Context(Phase.Access);
        var plugin = new Named("a");
        Stub.EnterPlugin(context, plugin);
        var first = context.State<State>();
        var derived = context.State<DerivedState>();
        var other = context.State<OtherState>();

        Stub.EnterPlugin(context, new Named("b"));
        Assert.NotSame(other, context.State<OtherState>());
        Stub.EnterPlugin(context, plugin);

        Assert.Same(first, context.State<State>());
        Assert.Same(first, context.ExistingState<State>());
        Assert.Same(derived, context.State<DerivedState>());
        Assert.Same(derived, context.ExistingState<DerivedState>());
        Assert.Same(other, context.State<OtherState>());
        Assert.Same(other, context.ExistingState<OtherState>());
    }

    [Fact]
    public void A_derived_type_that_was_made_first_is_not_taken_for_its_base()
    {
        var context = Stub.Context(Phase.Access);
        Stub.EnterPlugin(context, new Named("a"));
        var derived = context.State<DerivedState>();

        Assert.Null(context.ExistingState<State>());
        Assert.NotSame(derived, context.State<State>());
    }

    [Fact]
    public void Without_a_plugin_there_is_no_state() =>
        Assert.Throws<InvalidOperationException>(() => Stub.Context(Phase.Log).State<State>());

    [Fact]
    public void Shared_data_reads_null_where_nothing_was_set()
    {
        var context = Stub.Context(Phase.Access);

        Assert.False(context.HasShared);
        Assert.Null(context.Shared["authenticated_groups"]);
        context.Shared["authenticated_groups"] = "admins";
        Assert.True(context.HasShared);
        Assert.True(context.Shared.TryGet<string>("authenticated_groups", out var groups));
        Assert.Equal("admins", groups);
        Assert.False(context.Shared.TryGet<int>("authenticated_groups", out _));
        context.Shared["authenticated_groups"] = null;
        Assert.False(context.HasShared);
    }

    class State
    {
        public string? Text { get; set; }
    }

    sealed class DerivedState : State;

    sealed class OtherState;

    sealed class Named(string name) : Plugin<State>
    {
        public override string Name => name;

        public override int Priority => 1;

        public override string Version => "1.0.0";
    }
}
