using Gibbon.Storage.Postgres;
using Gibbon.Storage.Postgres.Migrations;

namespace Gibbon.Tests.Storage.Postgres;

public sealed class PostgresMigratorTests : IDisposable
{
    private readonly PostgresDatabase database = new();

    public void Dispose() => database.Dispose();

    [Fact]
    public async Task Of_nodes_that_bootstrap_at_once_one_does_it_and_the_others_let_it()
    {
        List<string>[] said = [.. Enumerable.Range(0, 6).Select(static _ => new List<string>())];
        await Task.WhenAll(said.Select(lines => Task.Run(() => PostgresMigrations.BootstrapAsync(database, lines))));
        Assert.Equal(1, said.Count(static lines => lines.Contains("67 executed")));
        Assert.Equal("18|67|1|0", database.Text(
            "SELECT concat_ws('|', count(*), sum(cardinality(executed)), (SELECT count(*) FROM workspaces), (SELECT count(*) FROM locks)) FROM schema_meta"));
    }

    [Fact]
    public async Task Up_waits_for_the_node_that_has_the_lock_and_leaves_the_rest_to_it()
    {
        await PostgresMigrations.BootstrapAsync(database, null, ("plugins", "key-auth"));
        var settings = database.Settings();
        await using var server = new PostgresServer(settings.Database.Postgres, []);
        List<string> said = [];
        var migrator = PostgresMigrations.Migrator(server, settings, said);
        var state = await migrator.StateAsync();
        database.Execute("INSERT INTO locks (key, owner, ttl) VALUES ('migrations', 'a Kong node', now() + interval '1 hour')");

        var up = migrator.UpAsync(state, TimeSpan.FromMinutes(1));
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.False(up.IsCompleted);
        database.Execute("DELETE FROM locks");

        Assert.False(await up);
        Assert.Equal([MigrationTexts.NotLeader], said);
    }

    [Fact]
    public async Task A_lock_that_is_never_let_go_is_waited_for_no_longer_than_said()
    {
        await PostgresMigrations.BootstrapAsync(database, null, ("plugins", "key-auth"));
        var settings = database.Settings();
        await using var server = new PostgresServer(settings.Database.Postgres, []);
        var migrator = PostgresMigrations.Migrator(server, settings);
        database.Execute("INSERT INTO locks (key, owner, ttl) VALUES ('migrations', 'a Kong node', now() + interval '1 hour')");
        var state = await migrator.StateAsync();
        var failure = await Assert.ThrowsAsync<DatabaseException>(() => migrator.UpAsync(state, TimeSpan.FromSeconds(1)));
        Assert.Equal("[PostgreSQL error] timeout", failure.Message);
    }

    [Fact]
    public async Task The_tables_of_ours_are_beside_Kongs_and_made_once()
    {
        await using (var store = await PostgresStore.OpenAsync(database))
            Assert.Empty(database.Rows("SELECT 1 FROM gibbon_tags"));
        var own = database.Text("SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relname LIKE 'gibbon\\_%'");
        Assert.Equal("gibbon_consumer_group_consumers,gibbon_consumer_groups,gibbon_plugins,gibbon_sync_delta,gibbon_tags,gibbon_upstreams,gibbon_version_changes,gibbon_version_counter,gibbon_versions", own);
        await using (var again = await PostgresStore.OpenAsync(database))
        {
            var group = await again.Values("consumer_groups").InsertAsync(new() { ["name"] = "gold", ["tags"] = new Pdk.Schemas.ValueList { "t" } });
            Assert.Null(group.Error);
        }

        Assert.Equal("consumer_groups|0", database.Text(
            "SELECT concat_ws('|', (SELECT entity_name FROM gibbon_tags WHERE tags = '{t}'), (SELECT count(*) FROM tags))"));
    }
}
