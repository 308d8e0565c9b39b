using Gibbon.Cli.Arguments;
using Gibbon.Cli.Processes;

namespace Gibbon.Cli.Commands;

internal sealed class HealthCommand : Command
{
    public override string Name => "health";

    public override string Summary => "Say whether the node runs; exit code 1 when it does not.";

    public override IReadOnlyList<Option> Options => [Option.Prefix];

    public override Task<int> RunAsync(Invocation invocation)
    {
        var prefix = NodeSources.FindPrefix(invocation);
        var running = RunningNode.Find(prefix) is not null;
        invocation.Terminal.Print($"nginx.......{(running ? "running" : "not running")}");
        invocation.Terminal.Print("");
        if (!running)
            throw new CommandException($"Kong is not running at {prefix}");
        invocation.Terminal.Print($"Kong is healthy at {prefix}");
        return Task.FromResult(0);
    }
}
