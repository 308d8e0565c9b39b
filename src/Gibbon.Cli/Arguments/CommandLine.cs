namespace Gibbon.Cli.Arguments;

/// <summary>Reads the command line as Kong does: its usage goes to standard error and asking for help is an error too.</summary>
internal sealed class CommandLine(IReadOnlyList<Command> commands, string program)
{
    private const string Hint = "  Run with --v (verbose) or --vv (debug) for more details";

    private readonly Usage usage = new(commands, program);

    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
            return Refuse(null, usage.OfProgram());

        var name = arguments[0];
        if (commands.FirstOrDefault(command => command.Name == name) is not { } command)
            return Refuse($"No such command: {name}", usage.OfProgram());

        var parsed = OptionParser.Parse(command, arguments.Skip(1));
        if (parsed.Problem is { } problem)
            return Refuse($"{program}: {problem}", usage.Of(command));
        if (parsed.WantsHelp)
            return Refuse(null, usage.Of(command));

        var subcommand = "";
        if (command.Subcommands.Count > 0)
        {
            if (parsed.Operands.Count == 0)
                return Refuse(null, usage.Of(command));
            subcommand = parsed.Operands[0];
            parsed.Operands.RemoveAt(0);
            if (!command.Subcommands.Any(known => known.Name == subcommand))
                return Refuse($"No such command for {command.Name}: {subcommand}", usage.Of(command));
        }

        var terminal = new Terminal(parsed.Verbosity);
        try
        {
            terminal.Verbose($"Kong: {ProductVersion.Kong}");
            return await command.RunAsync(new Invocation(terminal, parsed.Options, parsed.Operands) { Subcommand = subcommand });
        }
        catch (CommandException exception)
        {
            return Fail(terminal, exception.Message);
        }
    }

    private static int Refuse(string? reason, string usage)
    {
        Console.Error.WriteLine(reason is null ? usage : $"{reason}\n\n{usage}");
        return 1;
    }

    private static int Fail(Terminal terminal, string message)
    {
        Console.Error.WriteLine(terminal.IsVerbose ? $"Error: \n{message}" : $"Error: {message}\n\n{Hint}");
        return 1;
    }
}
