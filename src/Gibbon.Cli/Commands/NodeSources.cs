using Gibbon.Cli.Arguments;
using Gibbon.Settings;

namespace Gibbon.Cli.Commands;

/// <summary>Turns <c>-c</c> and <c>-p</c> into settings and the working directory, in the same way for every command.</summary>
internal static class NodeSources
{
    public static SettingSources Read(Invocation invocation) => new()
    {
        File = invocation[Option.Conf],
        Environment = SettingSources.ProcessEnvironment(),
        Arguments = invocation[Option.Prefix] is { } prefix ? new Dictionary<string, string> { ["prefix"] = prefix } : new Dictionary<string, string>(),
    };

    /// <summary>The settings, for commands that only look at them.</summary>
    public static GatewaySettings Load(Invocation invocation) => Accepted(SettingsLoader.Load(Read(invocation)), invocation.Terminal);

    /// <summary>The settings, after the working directory has been made and announced.</summary>
    public static GatewaySettings LoadAndCreatePrefix(Invocation invocation)
    {
        var load = SettingsLoader.Load(Read(invocation));
        if (load.Prefix is { } prefix)
            CreatePrefix(prefix, invocation.Terminal);
        return Accepted(load, invocation.Terminal);
    }

    /// <summary>The working directory of a node that may be running. What else is wrong with the settings does not matter for stopping it.</summary>
    public static string FindPrefix(Invocation invocation)
    {
        var load = SettingsLoader.Load(Read(invocation));
        var prefix = load.Prefix ?? throw new CommandException(load.Errors[0]);
        invocation.Terminal.Verbose($"prefix in use: {prefix}");
        return Directory.Exists(prefix) ? prefix : throw new CommandException($"no such prefix: {prefix}");
    }

    public static void CreatePrefix(string prefix, Terminal terminal)
    {
        terminal.Verbose($"prefix in use: {prefix}");
        var (notice, error) = PrefixDirectory.Create(prefix);
        if (notice is not null)
            terminal.Print(notice);
        if (error is not null)
            throw new CommandException(error);
    }

    /// <exception cref="CommandException">The first error, as Kong has it; <c>check</c> shows them all.</exception>
    public static GatewaySettings Accepted(SettingsLoad load, Terminal terminal)
    {
        if (load.File is { } file)
            terminal.Verbose($"reading config file at {file}");
        foreach (var warning in load.Warnings)
            terminal.Warn(warning);
        return load.Settings ?? throw new CommandException(load.Errors[0]);
    }
}
