namespace Gibbon.Pdk.Tests;

public sealed class PluginTests
{
    [Fact]
    public void A_plugin_takes_part_in_the_phases_it_overrides() =>
        Assert.Equal(
            PluginPhases.InitWorker | PluginPhases.Configure | PluginPhases.Access | PluginPhases.BodyFilter,
            new Counting().ImplementedPhases);

    [Fact]
    public void A_plugin_takes_part_in_the_phases_its_base_class_overrides_too() =>
        Assert.Equal(new Counting().ImplementedPhases | PluginPhases.Log, new CountingAndLogging().ImplementedPhases);

    [Fact]
    public void A_plugin_that_overrides_nothing_takes_part_in_nothing() =>
        Assert.Equal(PluginPhases.None, new Idle().ImplementedPhases);

    [Fact]
    public void A_method_that_is_only_named_like_a_phase_is_none() =>
        Assert.Equal(PluginPhases.None, new Pretending().ImplementedPhases);

    [Fact]
    public async Task A_phase_gets_the_request_and_the_configuration()
    {
        var plugin = new Counting();
        var context = Stub.Context(Phase.Access);
        var config = new Config { Step = 3 };

        await plugin.RunAsync(Phase.Access, context, config);
        await plugin.RunAsync(Phase.Log, context, config);
        await plugin.RunBodyFilterAsync(context, new BodyChunk { Data = "abc"u8.ToArray(), IsLast = true }, config);

        Assert.Equal(3 + 3, plugin.Sum);
        Assert.Same(context, plugin.Context);
    }

    [Fact]
    public async Task Configurations_arrive_typed()
    {
        var plugin = new Counting();

        await plugin.RunConfigureAsync([new Config { Step = 1 }, new Config { Step = 2 }]);

        Assert.Equal(3, plugin.Sum);
    }

    [Fact]
    public async Task What_is_not_a_phase_of_a_plugin_is_refused() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await new Idle().RunAsync(Phase.Balancer, Stub.Context(Phase.Balancer), new Config()));

    sealed record Config
    {
        public int Step { get; init; }
    }

    class Counting : Plugin<Config>
    {
        public int Sum { get; private set; }

        public RequestContext? Context { get; private set; }

        public override string Name => "counting";

        public override int Priority => 1;

        public override string Version => "1.0.0";

        public override ValueTask InitWorkerAsync(PluginHost host) => ValueTask.CompletedTask;

        public override ValueTask ConfigureAsync(IReadOnlyList<Config> configs)
        {
            Sum += configs.Sum(static c => c.Step);
            return ValueTask.CompletedTask;
        }

        public override ValueTask AccessAsync(RequestContext context, Config config)
        {
            Context = context;
            Sum += config.Step;
            return ValueTask.CompletedTask;
        }

        public override ValueTask BodyFilterAsync(RequestContext context, BodyChunk chunk, Config config)
        {
            Sum += chunk.Data.Length;
            return ValueTask.CompletedTask;
        }
    }

    sealed class CountingAndLogging : Counting
    {
        public override ValueTask LogAsync(RequestContext context, Config config) => ValueTask.CompletedTask;
    }

    class Idle : Plugin<Config>
    {
        public override string Name => "idle";

        public override int Priority => 0;

        public override string Version => "1.0.0";
    }

    sealed class Pretending : Idle
    {
        public static ValueTask AccessAsync(string text) => new(Task.FromResult(text));

        public ValueTask LogAsync() => new(Task.FromResult(Name));
    }
}
