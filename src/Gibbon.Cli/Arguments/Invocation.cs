using System.Globalization;

namespace Gibbon.Cli.Arguments;

/// <summary>A command as it was called.</summary>
internal sealed class Invocation(Terminal terminal, IReadOnlyDictionary<string, string> options, IReadOnlyList<string> operands)
{
    public Terminal Terminal => terminal;

    /// <summary>The plain words after the command and its subcommand.</summary>
    public IReadOnlyList<string> Operands => operands;

    /// <summary>The second word, where the command has such.</summary>
    public string Subcommand { get; init; } = "";

    /// <summary>The same call, of which nothing but errors is heard.</summary>
    public Invocation Muted() => new(new Terminal(Verbosity.Quiet, isMuted: true), options, operands) { Subcommand = Subcommand };

    public string? this[Option option] => options.GetValueOrDefault(option.Name);

    public bool Has(Option option) => options.ContainsKey(option.Name);

    public int Number(Option option, int otherwise) =>
        this[option] is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw new CommandException($"--{option.Name} is not a number: '{text}'");
}
