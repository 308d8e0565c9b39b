using Gibbon.Cli.Arguments;
using Gibbon.Cli.Processes;
using Gibbon.Settings;

namespace Gibbon.Cli.Commands;

/// <summary>The gateway itself, in this process, from a prepared working directory. <c>start</c> calls it.</summary>
internal sealed class RunCommand : Command
{
    public override string Name => GatewayProgram.RunCommandName;

    public override string Summary => "Run the gateway in this process, from a prepared working directory.";

    public override IReadOnlyList<Option> Options => [Option.Prefix];

    public override bool IsListed => false;

    public override async Task<int> RunAsync(Invocation invocation)
    {
        try
        {
            await RunAsync(NodeSources.FindPrefix(invocation));
            return 0;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Whatever it is, the command that waits for us must hear of it.
            DetachedStart.Report(Innermost(exception).Message);
            if (exception is CommandException)
                throw;
            throw new CommandException(Innermost(exception).Message, exception);
        }
    }

    private static async Task RunAsync(string prefix)
    {
        var settings = Load(prefix);
        using var pid = PidFile.Take(prefix) ?? throw new CommandException($"Kong is already running in {prefix}");
        try
        {
            using var signals = new ProcessSignals();
            var host = await GatewayHost.StartAsync(settings, Installed.Parts, CancellationToken.None);
            DetachedStart.Report(DetachedStart.Ready);
            await ServeAsync(host, prefix, signals);
        }
        finally
        {
            File.Delete(new PrefixLayout(prefix).SavedSecrets);
        }
    }

    private static async Task ServeAsync(GatewayHost host, string prefix, ProcessSignals signals)
    {
        while (true)
        {
            switch (await signals.NextAsync())
            {
                case ProcessSignal.Reload:
                    await ReloadAsync(host, prefix);
                    break;
                case ProcessSignal.ReopenLogs:
                    host.ReopenLogs();
                    break;
                case ProcessSignal.Quit:
                    await host.QuitAsync(Timeout.InfiniteTimeSpan);
                    return;
                case ProcessSignal.Stop:
                    await host.StopAsync();
                    return;
            }
        }
    }

    // A reload that fails leaves the node as it was; Kong's answer to whoever asked for it is the error log.
    private static async Task ReloadAsync(GatewayHost host, string prefix)
    {
        try
        {
            await host.ReloadAsync(Load(prefix));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            new Terminal(Verbosity.Quiet).Error($"reload failed, the node goes on as before: {Innermost(exception).Message}");
        }
    }

    private static GatewaySettings Load(string prefix)
    {
        var load = SettingsLoader.Load(SavedSettings.Read(prefix, SettingSources.ProcessEnvironment()) with { IgnoreVariables = true });
        return DefaultCertificates.Ensure(load.Settings ?? throw new CommandException(load.Errors[0]));
    }

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;
}
