using System.Collections.Concurrent;
using Gibbon.Pdk;
using Gibbon.Testing;

namespace Gibbon.Tests.Gateway;

/// <summary>Plugins hear their configurations (<c>configure</c>) one after the other, and the last that they hear is the one in force.</summary>
public sealed class PluginConfigurationTests
{
    [Fact]
    public async Task What_a_slow_plugin_hears_last_is_in_force()
    {
        Slow plugin = new();
        await using TestGateway gateway = await TestGateway.StartAsync(With("first"), plugins: [plugin]);
        Assert.Equal(["first"], plugin.Heard);

        plugin.MayEnd = new TaskCompletionSource();
        await gateway.LoadAsync(With("second"));
        await gateway.LoadAsync(With("third"));
        await gateway.LoadAsync(With("fourth"));
        Assert.Equal(["first", "second"], plugin.Heard);
        plugin.MayEnd.SetResult();

        await Dns.Wait.UntilAsync(() => plugin.Heard.Count == 4);
        Assert.Equal(["first", "second", "fourth", "fourth"], plugin.Heard);
    }

    private static string With(string word) => $$"""{"_format_version": "3.0", "plugins": [{"name": "slow", "config": {"word": "{{word}}" } }] }""";

    private sealed record Config
    {
        public string? Word { get; init; }
    }

    private sealed class Slow : Plugin<Config>
    {
        public ConcurrentQueue<string?> Heard { get; } = [];

        public TaskCompletionSource MayEnd { get; set; } = Ended();

        public override string Name => "slow";

        public override int Priority => 1;

        public override string Version => "1.0.0";

        public override async ValueTask ConfigureAsync(IReadOnlyList<Config> configs)
        {
            Heard.Enqueue(string.Join(' ', configs.Select(static config => config.Word)));
            await MayEnd.Task;
        }

        private static TaskCompletionSource Ended()
        {
            TaskCompletionSource ended = new();
            ended.SetResult();
            return ended;
        }
    }
}
