using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
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
        Place = new Gibbon.Storage.Postgres.PostgresDatabase(settings, Tables.Schemas, Node, TimeProvider.System);
        Entities = new SqlEntityStore(Place, Tables, () => Workspace, clock);
    }

    public PostgresDatabase Database { get; }

    public Gibbon.Storage.Postgres.PostgresDatabase Place { get; }

    public SqlTables Tables { get; }

    public SqlEntityStore Entities { get; }

    public Guid Workspace => Place.Workspace;

    /// <summary>The id of the node that writes.</summary>
    public Guid Node { get; } = Guid.NewGuid();

    /// <summary>The entities of one kind, as values, checked by the schema on their way.</summary>
    public StoredEntities<ValueMap> Values(string kind) => new(Entities, Tables[kind].Schema, () => Workspace);

    public static async Task<PostgresStore> OpenAsync(PostgresDatabase database, TimeProvider? clock = null)
    {
        if (database.Text("SELECT to_regclass('workspaces')") is null)
            await PostgresMigrations.BootstrapAsync(database);
        var store = new PostgresStore(database, clock ?? TimeProvider.System);
        await store.Place.PrepareAsync(store.Tables);
        return store;
    }

    public ValueTask DisposeAsync() => Entities.Database.DisposeAsync();
}
