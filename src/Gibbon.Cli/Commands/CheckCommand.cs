using Gibbon.Cli.Arguments;
using Gibbon.Settings;

namespace Gibbon.Cli.Commands;

internal sealed class CheckCommand : Command
{
    private const string DefaultFile = "/etc/kong/kong.conf";

    public override string Name => "check";

    public override string Summary => $"Check a configuration file, {DefaultFile} when none is named. All errors are listed.";

    public override int MaxOperands => 1;

    public override Task<int> RunAsync(Invocation invocation)
    {
        var file = invocation.Operands.FirstOrDefault() ?? DefaultFile;
        var load = SettingsLoader.Load(new SettingSources { File = file, Environment = SettingSources.ProcessEnvironment() });
        foreach (var warning in load.Warnings)
            invocation.Terminal.Warn(warning);
        foreach (var error in load.Errors)
            invocation.Terminal.Error(error);
        if (load.Settings is null)
            return Task.FromResult(1);

        invocation.Terminal.Print($"configuration at {file} is valid");
        return Task.FromResult(0);
    }
}
