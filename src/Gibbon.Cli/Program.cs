using Gibbon.Cli.Arguments;
using Gibbon.Cli.Commands;

namespace Gibbon.Cli;

internal static class Program
{
    /// <summary>The commands, in the order that the usage lists them.</summary>
    private static readonly Command[] Commands =
    [
        new ApplyCommand(),
        new CheckCommand(),
        new ConfigCommand(),
        new DrainCommand(),
        new HealthCommand(),
        new HybridCommand(),
        new MigrationsCommand(),
        new PlanCommand(),
        new PrepareCommand(),
        new QuitCommand(),
        new ReloadCommand(),
        new RestartCommand(),
        new RoarCommand(),
        new StartCommand(),
        new StopCommand(),
        new VaultCommand(),
        new VersionCommand(),
        new RunCommand(),
    ];

    public static Task<int> Main(string[] arguments) => new CommandLine(Commands, ProgramName.Read()).RunAsync(arguments);
}
