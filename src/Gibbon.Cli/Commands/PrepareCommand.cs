using Gibbon.Cli.Arguments;
using Gibbon.Settings;

namespace Gibbon.Cli.Commands;

internal sealed class PrepareCommand : Command
{
    public override string Name => "prepare";

    public override string Summary => "Make the working directory ready without starting the node.";

    public override IReadOnlyList<Option> Options => [Option.Conf, Option.Prefix, Option.NginxConf, Option.NginxConfFlags];

    public override Task<int> RunAsync(Invocation invocation)
    {
        var settings = NodeSources.LoadAndCreatePrefix(invocation);
        return PrefixDirectory.Prepare(settings) is { } error ? throw new CommandException(error) : Task.FromResult(0);
    }
}
