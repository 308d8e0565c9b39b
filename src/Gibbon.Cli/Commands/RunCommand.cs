using Gibbon.Cli.Arguments;
using Gibbon.Cli.Processes;
using Gibbon.Settings;

namespace Gibbon.Cli.Commands;

/// <summary>The gateway itself, in this process, from a prepared working directory. <c>start</c> calls it.</summary>
internal sealed class RunCommand : Command
{
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(2);

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
            if (await StartAsync(settings, signals.Ending) is not { } host)
                return;
            DetachedStart.Report(DetachedStart.Ready);
            await ServeAsync(host, prefix, signals);
        }
        finally
        {
            File.Delete(new PrefixLayout(prefix).SavedSecrets);
        }
    }

    // Null when somebody stops the node before it serves: then it has done what it was asked to.
    private static async Task<GatewayHost?> StartAsync(GatewaySettings settings, CancellationToken ending)
    {
        var starting = Task.Run(() => GatewayHost.StartAsync(settings, Installed.Parts, ending), CancellationToken.None);
        try
        {
            await Task.WhenAny(starting, Task.Delay(Timeout.InfiniteTimeSpan, ending));

            // Asked to end it leaves at its next step, and puts away what it has made. Where that takes long, the end of the process does it: nobody is served yet.
            return await (ending.IsCancellationRequested ? starting.WaitAsync(LongestStep, CancellationToken.None) : starting);
        }
        catch (Exception exception) when (ending.IsCancellationRequested && exception is OperationCanceledException or TimeoutException)
        {
            DetachedStart.Report("the node was stopped while it was starting");
            return null;
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
