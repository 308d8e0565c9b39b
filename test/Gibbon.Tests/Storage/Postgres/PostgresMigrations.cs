using Gibbon.Settings;
using Gibbon.Storage.Postgres;
using Gibbon.Storage.Postgres.Migrations;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>Makes databases ready for tests, as the command does.</summary>
internal static class PostgresMigrations
{
    private static readonly TimeSpan LockLifetime = TimeSpan.FromSeconds(60);

    public static async Task BootstrapAsync(PostgresDatabase database, List<string>? said = null, params (string Name, string Value)[] others)
    {
        var settings = database.Settings(others);
        await using var server = new PostgresServer(settings.Database.Postgres, []);
        var migrator = Migrator(server, settings, said);
        await migrator.BootstrapAsync(await migrator.StateAsync(), LockLifetime);
    }

    public static Migrator Migrator(PostgresServer server, GatewaySettings settings, List<string>? said = null) =>
        new(server, KongMigrations.For(settings.Plugins), TimeProvider.System, line => said?.Add(line));
}
