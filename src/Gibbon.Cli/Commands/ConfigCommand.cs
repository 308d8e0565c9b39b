using Gibbon.Cli.Arguments;
using Gibbon.Settings;

namespace Gibbon.Cli.Commands;

/// <summary>Declarative configuration (kong.yml), and the sample of kong.conf.</summary>
internal sealed class ConfigCommand : Command
{
    public override string Name => "config";

    public override string Summary => "Work with declarative configuration files.";

    public override IReadOnlyList<Option> Options => [Option.Conf, Option.Prefix];

    public override IReadOnlyList<Subcommand> Subcommands =>
    [
        new("init", "[FILE]", "Write an example, ./kong.yml when no file is named."),
        new("db_import", "FILE", "Load a file into the database."),
        new("db_export", "[FILE]", "Write the database into a file, ./kong.yml when none is named."),
        new("parse", "FILE", "Check a file."),
        new("default", "[FILE]", "Print or write a kong.conf with every setting and its default."),
    ];

    public override int MaxOperands => 1;

    public override Task<int> RunAsync(Invocation invocation) => invocation.Subcommand switch
    {
        "init" => Task.FromResult(Init(invocation)),
        "default" => Task.FromResult(Default(invocation)),
        "parse" => Task.FromResult(DeclarativeCheck.Run(invocation)),
        "db_import" => DatabaseTransfer.ImportAsync(invocation),
        _ => DatabaseTransfer.ExportAsync(invocation),
    };

    private static int Init(Invocation invocation)
    {
        WriteNew(invocation.Operands.FirstOrDefault() ?? "kong.yml", SampleDeclaration.Text);
        return 0;
    }

    private static int Default(Invocation invocation)
    {
        if (invocation.Operands is [var path, ..])
            WriteNew(path, SampleSettings.Write());
        else
            Console.Out.Write(SampleSettings.Write());
        return 0;
    }

    private static void WriteNew(string path, string text)
    {
        try
        {
            using var writer = new StreamWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write));
            writer.Write(text);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new CommandException($"{path} already exists.\nWill not overwrite it.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"could not write {path}: {exception.Message}", exception);
        }
    }
}
