using Gibbon.Cli.Arguments;
using Gibbon.Settings;
using Gibbon.Storage.Postgres;
using Gibbon.Storage.Postgres.Migrations;

namespace Gibbon.Cli.Commands;

/// <summary>Makes a PostgreSQL database ready, and says how ready it is.</summary>
internal sealed class MigrationsCommand : Command
{
    private const int NeedsBootstrapCode = 3;
    private const int PendingCode = 4;
    private const int NewCode = 5;

    private static readonly Option Yes = new("yes", 'y', null, "Ask no questions.");
    private static readonly Option Quiet = new("quiet", 'q', null, "Say nothing.");
    private static readonly Option Force = new("force", 'f', null, "Run migrations even if they are recorded as executed.");

    public override string Name => "migrations";

    public override string Summary => "Work with the schema of the database.";

    public override IReadOnlyList<Option> Options =>
        [Yes, Quiet, Force, DatabaseOptions.Timeout, DatabaseOptions.LockTimeout, Option.Conf, Option.Prefix];

    public override IReadOnlyList<Subcommand> Subcommands =>
    [
        new("bootstrap", "", "Make an empty database ready."),
        new("up", "", "Run new migrations."),
        new("finish", "", "Finish migrations that 'up' left pending."),
        new("list", "", "List the migrations of the database."),
        new("reset", "", "Take everything out of the database."),
        new("status", "", "The same as 'list', in JSON."),
    ];

    public override async Task<int> RunAsync(Invocation invocation)
    {
        if (invocation.Has(Quiet))
            invocation = invocation.Muted();
        var settings = NodeSources.LoadAndCreatePrefix(invocation);
        Action<string> say = invocation.Terminal.Print;
        try
        {
            if (settings.Database.Kind is not DatabaseKind.Postgres)
                return MigrationsWithoutServer.Run(invocation, settings, say);

            await using var server = DatabaseOptions.Open(settings, invocation);
            var migrator = DatabaseOptions.Migrator(settings, server, say);
            var state = await migrator.StateAsync();
            return await RunAsync(invocation, migrator, state, say);
        }
        catch (DatabaseException exception)
        {
            throw new CommandException(exception.Message, exception);
        }
    }

    private static async Task<int> RunAsync(Invocation invocation, Migrator migrator, SchemaState state, Action<string> say)
    {
        var lockTimeout = DatabaseOptions.LockLifetime(invocation);
        var force = invocation.Has(Force);
        switch (invocation.Subcommand)
        {
            case "list":
                return List(state, say);
            case "status":
                Console.Out.WriteLine(SchemaStateJson.Write(state));
                return 0;
            case "bootstrap":
                if (force)
                {
                    await migrator.ResetAsync(state, lockTimeout);
                    state = await migrator.StateAsync();
                }

                await migrator.BootstrapAsync(state, lockTimeout);
                return 0;
            case "up":
                await migrator.UpAsync(state, lockTimeout, force);
                return 0;
            case "finish":
                await migrator.FinishAsync(state, lockTimeout, force);
                return 0;
            default:
                return await ResetAsync(invocation, migrator, state, say);
        }
    }

    public static int List(SchemaState state, Action<string> say)
    {
        if (state.NeedsBootstrap)
        {
            say(MigrationTexts.NeedsBootstrap);
            return NeedsBootstrapCode;
        }

        var gap = "";
        foreach (var (title, migrations) in new[] { ("Executed migrations", state.Executed), ("Pending migrations", state.Pending), ("New migrations available", state.New) })
        {
            if (migrations.IsEmpty)
                continue;
            say($"{gap}{title}:\n{SchemaState.Text(migrations)}");
            gap = "\n";
        }

        if (state.Behind is { } behind)
            say("\n" + MigrationTexts.TooOld(behind.Subsystem, behind.Last));
        else if (!state.Pending.IsEmpty)
            say("\nRun 'kong migrations finish' when ready");
        else if (!state.New.IsEmpty)
            say("\nRun 'kong migrations up' to proceed");
        return !state.Pending.IsEmpty ? PendingCode : !state.New.IsEmpty ? NewCode : 0;
    }

    private static async Task<int> ResetAsync(Invocation invocation, Migrator migrator, SchemaState state, Action<string> say)
    {
        if (!invocation.Has(Yes))
        {
            if (Console.IsInputRedirected)
                throw new CommandException("not a tty: invoke 'reset' non-interactively with the --yes flag");
            if (!state.NeedsBootstrap && !Confirm("Are you sure? This operation is irreversible."))
            {
                say("cancelled");
                return 0;
            }
        }

        return await migrator.ResetAsync(state, DatabaseOptions.LockLifetime(invocation)) ? 0 : 1;
    }

    private static bool Confirm(string question)
    {
        for (var attempts = 0; attempts < 3; attempts++)
        {
            Console.Out.Write($"> {question} [y/n] ");
            switch (Console.In.ReadLine())
            {
                case "y" or "Y" or "yes" or "YES":
                    return true;
                case "n" or "N" or "no" or "NO":
                    return false;
            }
        }

        return false;
    }
}
