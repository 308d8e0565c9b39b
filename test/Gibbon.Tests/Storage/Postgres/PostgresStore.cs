using Gibbon.Storage;
using Gibbon.Storage.Postgres;
using Gibbon.Storage.Sql;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>A store over a database that has been made ready.</summary>
internal sealed class PostgresStore : IAsyncDisposable
{
    private PostgresStore(PostgresDatabase database, TimeProvider clock)
    {
        Database = database;
        var settings = database.Settings();
        var parts = new GatewayParts { Plugins = Gibbon.Plugins.BundledPlugins.Create() };
        Tables = new SqlTables(parts.Schemas(settings, parts.Registry(settings)));
        Workspace = Guid.Parse(database.Text("SELECT id FROM workspaces WHERE name = 'default'")!);
        Server = new PostgresServer(settings.Database.Postgres, []);
        Entities = new SqlEntityStore(new Gibbon.Storage.Postgres.PostgresDatabase(Server), Tables, () => Workspace, clock);
    }

    public PostgresDatabase Database { get; }

    public PostgresServer Server { get; }

    public SqlTables Tables { get; }

    public SqlEntityStore Entities { get; }

    public Guid Workspace { get; }

    public static async Task<PostgresStore> OpenAsync(PostgresDatabase database, TimeProvider? clock = null)
    {
        if (database.Text("SELECT to_regclass('workspaces')") is null)
            await PostgresMigrations.BootstrapAsync(database);
        var store = new PostgresStore(database, clock ?? TimeProvider.System);
        await OwnTables.BringAsync(store.Server, store.Tables, store.Entities.Database.Dialect);
        return store;
    }

    public ValueTask DisposeAsync() => Entities.Database.DisposeAsync();
}
