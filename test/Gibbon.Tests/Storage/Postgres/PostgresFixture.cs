using Gibbon.Storage;
using Gibbon.Storage.Sql;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>A PostgreSQL database of its own, with the tables that Kong makes.</summary>
internal sealed class PostgresFixture : SqlFixture
{
    private readonly PostgresDatabase database = new();
    private SqlEntityStore store;

    public PostgresFixture()
    {
        PostgresMigrations.BootstrapAsync(database).GetAwaiter().GetResult();

        // Kong's tables have what Kong's plugins have: the small kinds of the other tests do not fit them.
        GatewayParts parts = new() { Plugins = Gibbon.Plugins.BundledPlugins.Create() };
        store = Open(parts.Schemas(database.Settings(), parts.Registry(database.Settings())));
    }

    public override SqlEntityStore Store => store;

    public override List<object?> Query(string text) => [.. database.Rows(text).Select(static row => (object?)row[0])];

    public override async Task ReopenAsync(EntitySchemas? schemas = null)
    {
        await store.Database.DisposeAsync();
        store = Open(schemas ?? Tables.Schemas);
    }

    public override async ValueTask DisposeAsync()
    {
        await store.Database.DisposeAsync();
        database.Dispose();
    }

    private SqlEntityStore Open(EntitySchemas schemas)
    {
        SqlTables tables = new(schemas);
        var place = new Gibbon.Storage.Postgres.PostgresDatabase(database.Settings(), schemas, Guid.NewGuid(), TimeProvider.System);
        place.PrepareAsync(tables).AsTask().GetAwaiter().GetResult();
        return new SqlEntityStore(place, tables, () => place.Workspace, TimeProvider.System);
    }
}
