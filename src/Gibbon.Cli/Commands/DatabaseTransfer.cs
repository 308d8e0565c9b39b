using Gibbon.Cli.Arguments;
using Gibbon.Settings;
using Gibbon.Storage;
using Gibbon.Storage.Declarative;
using Gibbon.Storage.Sql;
using Gibbon.Storage.Versions;

namespace Gibbon.Cli.Commands;

/// <summary><c>config db_import</c> and <c>config db_export</c>: a declarative file into the database, and the database into one.</summary>
internal static class DatabaseTransfer
{
    public static async Task<int> ImportAsync(Invocation invocation)
    {
        var settings = Settings(invocation);
        var schemas = Installed.Schemas(settings);
        var configuration = DeclarativeCheck.Parse(invocation, schemas);
        invocation.Terminal.Print("parse successful, beginning import");
        var store = await OpenAsync(settings, schemas);
        await using (store.Database)
        {
            ChangeNote.Current = new ChangeNote("import") { By = Environment.UserName };
            if (await DatabaseImport.RunAsync(configuration, store, schemas) is { } error)
                throw new CommandException($"Failed importing:\n{error}");
        }

        invocation.Terminal.Print("import successful");
        return 0;
    }

    public static async Task<int> ExportAsync(Invocation invocation)
    {
        var settings = Settings(invocation);
        var schemas = Installed.Schemas(settings);
        var path = invocation.Operands.FirstOrDefault() ?? "kong.yml";
        if (File.Exists(path))
            throw new CommandException($"{path} already exists. Will not overwrite it.");

        var store = await OpenAsync(settings, schemas);
        await using (store.Database)
        {
            try
            {
                // Credentials are in it.
                await using var writer = new StreamWriter(path, new FileStreamOptions
                {
                    Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = PrivateFile.OwnerOnly,
                });
                if (await DeclarativeExport.WriteAsync(store, schemas, writer) is { } error)
                    throw new CommandException(error.ToString());
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new CommandException($"could not write {path}: {exception.Message}", exception);
            }
        }

        return 0;
    }

    private static GatewaySettings Settings(Invocation invocation)
    {
        var settings = NodeSources.Load(invocation);
        if (settings.Database.Kind is DatabaseKind.Off)
        {
            throw new CommandException($"'kong config {invocation.Subcommand}' only works with a database." + (invocation.Subcommand == "db_import"
                ? "\nWhen using database=off, reload your declarative configuration\nusing the /config endpoint." : ""));
        }

        if (settings.Database.Kind is DatabaseKind.Sqlite)
            NodeSources.CreatePrefix(settings.Node.Prefix, invocation.Terminal);
        return settings;
    }

    /// <exception cref="CommandException">It cannot be used; the message says why.</exception>
    public static async Task<SqlEntityStore> OpenAsync(GatewaySettings settings, EntitySchemas schemas)
    {
        try
        {
            // A node of its own to those that run: they hear of what it writes.
            var store = Databases.Open(settings, schemas, Guid.NewGuid(), TimeProvider.System)!;
            await store.Database.PrepareAsync(store.Tables);
            return store;
        }
        catch (InvalidOperationException exception)
        {
            throw new CommandException(exception.Message, exception);
        }
    }
}
