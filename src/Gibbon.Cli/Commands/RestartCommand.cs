using Gibbon.Cli.Arguments;
using Gibbon.Cli.Processes;
using Gibbon.Settings;

namespace Gibbon.Cli.Commands;

internal sealed class RestartCommand : Command
{
    public override string Name => "restart";

    public override string Summary => "Stop the node if it runs, then start it.";

    public override IReadOnlyList<Option> Options => StartCommand.StartOptions;

    public override async Task<int> RunAsync(Invocation invocation)
    {
        // Settings that would not start are no reason to stop what runs.
        var load = SettingsLoader.Load(NodeSources.Read(invocation));
        var prefix = load.Settings?.Node.Prefix ?? throw new CommandException(load.Errors[0]);
        if (RunningNode.Find(prefix) is { } node)
        {
            await node.StopAsync(prefix);
            invocation.Terminal.Print("Kong stopped");
        }

        return await StartCommand.StartAsync(invocation);
    }
}
