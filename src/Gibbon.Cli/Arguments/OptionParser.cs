namespace Gibbon.Cli.Arguments;

/// <summary>What a command line held.</summary>
internal sealed class ParsedArguments
{
    public Dictionary<string, string> Options { get; } = new(StringComparer.Ordinal);
    public List<string> Operands { get; } = [];
    public Verbosity Verbosity { get; set; }
    public bool WantsHelp { get; set; }

    /// <summary>What is wrong; null: nothing.</summary>
    public string? Problem { get; set; }
}

/// <summary>Splits arguments into options and plain words: <c>-p DIR</c>, <c>-pDIR</c>, <c>--prefix DIR</c>, <c>--prefix=DIR</c>.</summary>
internal static class OptionParser
{
    public static ParsedArguments Parse(Command command, IEnumerable<string> arguments)
    {
        var parsed = new ParsedArguments();
        var words = new Queue<string>(arguments);
        var onlyOperands = false;
        while (parsed.Problem is null && words.TryDequeue(out var word))
        {
            if (onlyOperands || word.Length < 2 || word[0] != '-' || char.IsAsciiDigit(word[1]))
                parsed.Operands.Add(word);
            else if (word == "--")
                onlyOperands = true;
            else if (word.StartsWith("--", StringComparison.Ordinal))
                ReadLong(command, word[2..], words, parsed);
            else
                ReadShort(command, word, words, parsed);
        }

        return parsed;
    }

    private static void ReadLong(Command command, string word, Queue<string> words, ParsedArguments parsed)
    {
        switch (word)
        {
            case "v":
                parsed.Verbosity = Verbosity.Verbose;
                return;
            case "vv":
                parsed.Verbosity = Verbosity.Debug;
                return;
            case "help":
                parsed.WantsHelp = true;
                return;
        }

        var equals = word.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? word : word[..equals];
        var option = command.Options.FirstOrDefault(known => known.Name == name);
        Read(option, name, equals < 0 ? null : word[(equals + 1)..], words, parsed);
    }

    private static void ReadShort(Command command, string word, Queue<string> words, ParsedArguments parsed)
    {
        var option = command.Options.FirstOrDefault(known => known.Letter == word[1]);
        if (option is { IsFlag: true } && word.Length > 2)
            option = null;
        Read(option, word[1..], word.Length > 2 ? word[2..] : null, words, parsed);
    }

    private static void Read(Option? option, string name, string? value, Queue<string> words, ParsedArguments parsed)
    {
        if (option is null)
            parsed.Problem = $"unrecognized parameter: {name}";
        else if (option.IsFlag)
            parsed.Options[option.Name] = value ?? "";
        else if (value is not null || words.TryDequeue(out value))
            parsed.Options[option.Name] = value;
        else
            parsed.Problem = $"missing parameter: {option.Name}";
    }
}
