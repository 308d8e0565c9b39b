using Gibbon.Cli.Arguments;
using Gibbon.Cli.Processes;
using Gibbon.Settings;

namespace Gibbon.Cli.Commands;

internal sealed class StartCommand : Command
{
    private static readonly Option RunMigrations = new("run-migrations", null, null, "Run migrations before starting.");

    /// <summary>What <c>restart</c> takes as well.</summary>
    public static readonly IReadOnlyList<Option> StartOptions =
        [Option.Conf, Option.Prefix, Option.NginxConf, RunMigrations, DatabaseOptions.Timeout, DatabaseOptions.LockTimeout, Option.NginxConfFlags];

    public override string Name => "start";

    public override string Summary => "Start the gateway in the background, or in the foreground with nginx_daemon = off.";

    public override IReadOnlyList<Option> Options => StartOptions;

    public override Task<int> RunAsync(Invocation invocation) => StartAsync(invocation);

    public static async Task<int> StartAsync(Invocation invocation)
    {
        _ = invocation.Number(DatabaseOptions.Timeout, 0);
        _ = DatabaseOptions.LockLifetime(invocation);
        var settings = NodeSources.LoadAndCreatePrefix(invocation);
        var prefix = settings.Node.Prefix;
        if (RunningNode.Find(prefix) is not null)
            throw new CommandException($"Kong is already running in {prefix}");
        if (ListenerProbe.Run(settings.Listeners) is { } unusable)
            throw new CommandException(unusable);
        if (PrefixDirectory.Prepare(settings) is { } error)
            throw new CommandException(error);
        if (settings.Database.Kind is DatabaseKind.Postgres)
            await DatabaseCheck.RunAsync(settings, invocation, invocation.Has(RunMigrations));

        if (!settings.Node.Daemon)
        {
            Report(settings, invocation.Terminal);
            throw new CommandException(Native.Replace(GatewayProgram.Command(prefix), GatewayProgram.Variables()));
        }

        DetachedStart.Run(settings);
        invocation.Terminal.Print("Kong started");
        Report(settings, invocation.Terminal);
        return 0;
    }

    private static void Report(GatewaySettings settings, Terminal terminal)
    {
        foreach (var line in StartReport.Lines(settings))
            terminal.Print(line);
        Console.Out.Flush();
    }
}
