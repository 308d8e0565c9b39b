using Gibbon.Cli.Arguments;
using Gibbon.Settings;
using Gibbon.Storage.Postgres.Migrations;

namespace Gibbon.Cli.Commands;

/// <summary>What <c>migrations</c> answers where no server needs any: everything is as it should be.</summary>
internal static class MigrationsWithoutServer
{
    public static int Run(Invocation invocation, GatewaySettings settings, Action<string> say)
    {
        var known = DatabaseOptions.Migrations(settings);
        var state = SchemaState.Of(known, [.. known.Select(static part => new SchemaMetaRow(part.Subsystem, part.Names[^1], part.Names, []))]);
        switch (invocation.Subcommand)
        {
            case "list":
                return MigrationsCommand.List(state, say);
            case "status":
                Console.Out.WriteLine(SchemaStateJson.Write(state));
                return 0;
            case "bootstrap":
                say("Database already bootstrapped");
                return 0;
            case "up":
                say("Database is already up-to-date");
                return 0;
            case "finish":
                say("No pending migrations to finish");
                return 0;
            default:
                throw new CommandException($"'kong migrations {invocation.Subcommand}' only works with database = postgres");
        }
    }
}
