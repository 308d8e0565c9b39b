using Gibbon.Cli.Arguments;
using Gibbon.Cli.Processes;

namespace Gibbon.Cli.Commands;

internal sealed class StopCommand : Command
{
    public override string Name => "stop";

    public override string Summary => "Stop a running node at once: requests in flight are cut off. See also: quit.";

    public override IReadOnlyList<Option> Options => [Option.Prefix];

    public override async Task<int> RunAsync(Invocation invocation)
    {
        var prefix = NodeSources.FindPrefix(invocation);
        await RunningNode.Require(prefix).StopAsync(prefix);
        invocation.Terminal.Print("Kong stopped");
        return 0;
    }
}
