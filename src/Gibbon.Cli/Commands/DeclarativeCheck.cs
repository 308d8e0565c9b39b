using Gibbon.Cli.Arguments;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;

namespace Gibbon.Cli.Commands;

/// <summary><c>config parse</c>: reads a declarative file as the gateway would, and says what is wrong with it.</summary>
internal static class DeclarativeCheck
{
    public static int Run(Invocation invocation)
    {
        _ = Parse(invocation, Installed.Schemas(NodeSources.Load(invocation)));
        invocation.Terminal.Print("parse successful");
        return 0;
    }

    /// <summary>Reads the file that the command line names.</summary>
    /// <exception cref="CommandException">There is none, or it is wrong; the message is Kong's.</exception>
    public static DeclarativeConfiguration Parse(Invocation invocation, EntitySchemas schemas)
    {
        if (invocation.Operands is not [var path, ..])
            throw new CommandException("expected a declarative configuration file; see `kong config --help`");

        var loader = new DeclarativeLoader(schemas, TimeProvider.System);
        return loader.TryLoad(Read(path), path, out var configuration, out var error)
            ? configuration
            : throw new CommandException($"Failed parsing:\n{error.Text}");
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CommandException($"Failed parsing:\n{path}: No such file or directory", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"Failed parsing:\n{path}: {exception.Message}", exception);
        }
    }
}
