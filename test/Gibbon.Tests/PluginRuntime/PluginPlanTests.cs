using System.Collections.Immutable;
using Gibbon.Pdk;
using Gibbon.PluginRuntime;

namespace Gibbon.Tests.PluginRuntime;

public sealed class PluginPlanTests
{
    private static readonly Guid Route = Guid.NewGuid();
    private static readonly Guid Service = Guid.NewGuid();
    private static readonly Guid Consumer = Guid.NewGuid();
    private static readonly Guid Group = Guid.NewGuid();

    // Kong's order of precedence, the most specific first; with the levels of consumer groups where its later editions put them.
    private static readonly PluginInstance[] Levels =
    [
        Instance(route: Route, service: Service, consumer: Consumer),
        Instance(route: Route, service: Service, group: Group),
        Instance(route: Route, consumer: Consumer),
        Instance(service: Service, consumer: Consumer),
        Instance(route: Route, group: Group),
        Instance(service: Service, group: Group),
        Instance(route: Route, service: Service),
        Instance(consumer: Consumer),
        Instance(group: Group),
        Instance(route: Route),
        Instance(service: Service),
        Instance(),
    ];

    [Fact]
    public void The_most_specific_configuration_wins_at_every_level()
    {
        for (int first = 0; first < Levels.Length; first++)
        {
            PluginStep step = Single(Plan([.. Levels[first..]]).Find(Route, Service));

            Assert.Same(Levels[first], step.Select(Consumer, [Group]));
        }
    }

    [Fact]
    public void Without_a_consumer_its_configurations_do_not_count()
    {
        PluginStep step = Single(Plan(Levels).Find(Route, Service));

        Assert.Same(Levels[6], step.Select(null, []));
        Assert.Same(Levels[6], step.Select(Guid.NewGuid(), [Guid.NewGuid()]));
        Assert.Same(Levels[6], step.Unscoped);
    }

    [Fact]
    public void A_configuration_of_another_route_or_service_is_not_in_the_chain()
    {
        PluginPlan plan = Plan([Instance(route: Route), Instance(service: Service)]);

        Assert.Empty(plan.Find(Guid.NewGuid(), Guid.NewGuid()).Steps);
        Assert.Single(plan.Find(Guid.NewGuid(), Service).Steps);
    }

    [Fact]
    public void A_configuration_on_a_route_with_another_service_waits_for_that_service()
    {
        PluginInstance instance = Instance(route: Route, service: Service);
        PluginPlan elsewhere = PluginPlan.Empty(Registry()).With(
            PluginInstances.Empty.With([], [instance]), [instance], [], static _ => Guid.Empty);

        Assert.Empty(elsewhere.Find(Route, Guid.Empty).Steps);

        PluginPlan moved = elsewhere.With(elsewhere.Instances, [], [Route], static _ => Service);

        Assert.Same(instance, Single(moved.Find(Route, Service)).Unscoped);
    }

    [Fact]
    public void Chains_that_a_change_does_not_touch_are_shared()
    {
        Guid otherRoute = Guid.NewGuid();
        PluginInstance kept = Instance(route: otherRoute);
        PluginPlan before = Plan([kept, Instance(route: Route)]);
        PluginInstance added = Instance(route: Route, service: Service);

        PluginPlan after = before.With(before.Instances.With([], [added]), [added], [], static _ => Service);

        Assert.Same(before.Find(otherRoute, null), after.Find(otherRoute, null));
        Assert.NotSame(before.Find(Route, Service), after.Find(Route, Service));
    }

    [Fact]
    public void A_removed_configuration_leaves_no_chain_behind()
    {
        PluginInstance instance = Instance(route: Route);
        PluginPlan before = Plan([instance]);

        PluginPlan after = before.With(before.Instances.With([instance], []), [instance], [], static _ => Service);

        Assert.Same(after.Global, after.Find(Route, Service));
    }

    [Fact]
    public void Higher_priorities_run_first_and_equal_ones_in_descending_order_of_their_names()
    {
        PluginRegistry registry = PluginRegistry.Create(
            [new Sample("aaa", 10), new Sample("zzz", 10), new Sample("first", 11), new Sample("last", -1)],
            ["aaa", "zzz", "first", "last"]);

        Assert.Equal(["first", "zzz", "aaa", "last"], registry.Ordered.Select(static plugin => plugin.Name));
    }

    [Fact]
    public void A_plugin_that_is_enabled_and_not_installed_stops_the_start_with_its_name()
    {
        var failure = Assert.Throws<PluginLoadException>(static () => PluginRegistry.Create([], ["absent"]));

        Assert.Equal("absent plugin is enabled but not installed;", failure.Message);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.0.0.0")]
    [InlineData("one")]
    public void A_version_that_is_not_three_numbers_is_refused(string version)
    {
        var failure = Assert.Throws<PluginLoadException>(() => PluginRegistry.Create([new Sample("x", 1, version)], ["x"]));

        Assert.Contains("does not follow the \"x.y.z\" format", failure.Message, StringComparison.Ordinal);
    }

    private static PluginStep Single(PluginChain chain) => Assert.Single(chain.Steps);

    private static PluginRegistry Registry() => PluginRegistry.Create([new Sample("sample", 1)], ["sample"]);

    private static PluginPlan Plan(IReadOnlyCollection<PluginInstance> instances) =>
        PluginPlan.Empty(Registry()).With(PluginInstances.Empty.With([], instances), instances, [], static _ => Service);

    private static PluginInstance Instance(Guid? route = null, Guid? service = null, Guid? consumer = null, Guid? group = null) => new()
    {
        Id = Guid.NewGuid(),
        Name = "sample",
        RouteId = route,
        ServiceId = service,
        ConsumerId = consumer,
        ConsumerGroupId = group,
        WorkspaceId = Guid.Empty,
        CacheKey = "",
        Config = new object(),
    };

    private sealed class Sample(string name, int priority, string version = "1.0.0") : Plugin
    {
        public override string Name => name;

        public override int Priority => priority;

        public override string Version => version;

        public override ImmutableArray<string> Protocols => HttpProtocols;

        public override PluginPhases ImplementedPhases => PluginPhases.Access;

        public override ValueTask RunConfigureAsync(IReadOnlyList<object> configs) => default;

        public override ValueTask RunAsync(Phase phase, RequestContext context, object config) => default;

        public override ValueTask RunBodyFilterAsync(RequestContext context, BodyChunk chunk, object config) => default;
    }
}
