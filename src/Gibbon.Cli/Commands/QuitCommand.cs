using Gibbon.Cli.Arguments;
using Gibbon.Cli.Processes;

namespace Gibbon.Cli.Commands;

internal sealed class QuitCommand : Command
{
    private static readonly Option Timeout = new("timeout", 't', "default 10", "Seconds that requests in flight are given.");
    private static readonly Option Wait = new("wait", 'w', "default 0", "Seconds to wait before that, for load balancers to notice.");

    public override string Name => "quit";

    public override string Summary => "Stop a running node after its requests in flight have been answered.";

    public override IReadOnlyList<Option> Options => [Option.Prefix, Timeout, Wait];

    public override async Task<int> RunAsync(Invocation invocation)
    {
        var timeout = Math.Max(1, invocation.Number(Timeout, 10));
        var wait = Math.Max(0, invocation.Number(Wait, 0));
        var prefix = NodeSources.FindPrefix(invocation);
        var node = RunningNode.Require(prefix);
        if (wait > 0)
        {
            invocation.Terminal.Verbose($"waiting {wait} seconds before quitting");
            await Task.Delay(TimeSpan.FromSeconds(wait));
        }

        node.Send(Native.SignalQuit);
        if (await node.WaitForExitAsync(prefix, TimeSpan.FromSeconds(timeout)))
        {
            invocation.Terminal.Print("Kong stopped (gracefully)");
            return 0;
        }

        await node.StopAsync(prefix);
        invocation.Terminal.Print("Timeout, Kong stopped forcefully");
        return 0;
    }
}
