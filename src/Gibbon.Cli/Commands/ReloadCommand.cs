using Gibbon.Cli.Arguments;
using Gibbon.Cli.Processes;
using Gibbon.Settings;

namespace Gibbon.Cli.Commands;

internal sealed class ReloadCommand : Command
{
    public override string Name => "reload";

    public override string Summary => "Have a running node read its settings and its declarative file again, without dropping a connection.";

    public override IReadOnlyList<Option> Options => [Option.Conf, Option.Prefix, Option.NginxConf, Option.NginxConfFlags];

    public override Task<int> RunAsync(Invocation invocation)
    {
        var sources = NodeSources.Read(invocation);
        var found = SettingsLoader.Load(sources);
        var prefix = found.Prefix ?? throw new CommandException(found.Errors[0]);
        NodeSources.CreatePrefix(prefix, invocation.Terminal);

        var saved = SavedSettings.Read(prefix, sources.Environment) with { Over = sources.File };
        var settings = NodeSources.Accepted(SettingsLoader.Load(saved), invocation.Terminal);
        var node = RunningNode.Require(prefix);
        if (PrefixDirectory.Prepare(settings) is { } error)
            throw new CommandException(error);

        node.Send(Native.SignalHangUp);
        invocation.Terminal.Print("Kong reloaded");
        return Task.FromResult(0);
    }
}
