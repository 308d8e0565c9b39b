using System.Text;

namespace Gibbon.Cli.Arguments;

/// <summary>The usage texts, laid out as Kong lays out its own.</summary>
internal sealed class Usage(IReadOnlyList<Command> commands, string program)
{
    private const int Column = 28;

    public string OfProgram()
    {
        var text = new StringBuilder($"Usage: {program} COMMAND [OPTIONS]\n\nThe available commands are:\n");
        foreach (var command in commands.Where(command => command.IsListed))
            text.Append($" {command.Name}\n");
        return AppendOptions(text.Append('\n'), []).ToString().TrimEnd();
    }

    public string Of(Command command)
    {
        var words = command.Subcommands.Count > 0 ? "COMMAND [OPTIONS]" : "[OPTIONS]";
        var text = new StringBuilder($"Usage: {program} {command.Name} {words}\n\n{command.Summary}\n\n");
        if (command.Subcommands.Count > 0)
        {
            text.Append("The available commands are:\n");
            foreach (var subcommand in command.Subcommands)
                AppendRow(text, $"{subcommand.Name} {subcommand.Operands}", subcommand.Summary);
            text.Append('\n');
        }

        return AppendOptions(text, command.Options).ToString().TrimEnd();
    }

    private static StringBuilder AppendOptions(StringBuilder text, IReadOnlyList<Option> options)
    {
        text.Append("Options:\n");
        foreach (var option in options)
        {
            var letter = option.Letter is { } short_ ? $"-{short_}," : "";
            AppendRow(text, $"{letter}--{option.Name}{(option.IsFlag ? "" : $" ({option.Value})")}", option.Summary);
        }

        AppendRow(text, "--v", "verbose");
        return AppendRow(text, "--vv", "debug");
    }

    private static StringBuilder AppendRow(StringBuilder text, string name, string summary) =>
        text.Append(' ').Append(name.PadRight(Column)).Append(' ').Append(summary).Append('\n');
}
