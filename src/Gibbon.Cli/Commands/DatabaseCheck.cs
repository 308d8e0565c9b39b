using Gibbon.Cli.Arguments;
using Gibbon.Settings;
using Gibbon.Storage.Postgres;
using Gibbon.Storage.Postgres.Migrations;

namespace Gibbon.Cli.Commands;

/// <summary>Asks before a start whether the database is ready, and makes it so where that is wanted.</summary>
internal static class DatabaseCheck
{
    /// <exception cref="CommandException">It is not; the message says why.</exception>
    public static async Task RunAsync(GatewaySettings settings, Invocation invocation, bool migrate)
    {
        try
        {
            await using var server = DatabaseOptions.Open(settings, invocation);
            var migrator = DatabaseOptions.Migrator(settings, server, invocation.Terminal.Print);
            var state = await migrator.StateAsync();
            if (migrate && !state.IsUpToDate)
            {
                await migrator.UpAsync(state, DatabaseOptions.LockLifetime(invocation));
                state = await migrator.StateAsync();
            }

            if (Migrator.Obstacle(state) is { } obstacle)
                throw new CommandException(obstacle);
        }
        catch (DatabaseException exception)
        {
            throw new CommandException(exception.Message, exception);
        }
    }
}
