using Gibbon.Cli.Arguments;
using Gibbon.Settings;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;

namespace Gibbon.Cli.Commands;

/// <summary><c>config parse</c>: reads a declarative file as the gateway would, and says what is wrong with it.</summary>
internal static class DeclarativeCheck
{
    public static int Run(Invocation invocation)
    {
        if (invocation.Operands is not [var path, ..])
            throw new CommandException("expected a declarative configuration file; see `kong config --help`");

        var loader = new DeclarativeLoader(Schemas(NodeSources.Load(invocation)), TimeProvider.System);
        if (!loader.TryLoad(Read(path), path, out _, out var error))
            throw new CommandException($"Failed parsing:\n{error.Text}");
        invocation.Terminal.Print("parse successful");
        return 0;
    }

    private static EntitySchemas Schemas(GatewaySettings settings)
    {
        GatewayParts parts = Installed.Parts;
        return parts.Schemas(settings, parts.Registry(settings));
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
