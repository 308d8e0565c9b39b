using System.Text.Json.Nodes;
using Gibbon.Recordings;
using Gibbon.Storage.Postgres;
using Gibbon.Storage.Postgres.Migrations;

namespace Gibbon.Tests.Storage.Postgres;

public sealed class PostgresBootstrapTests(PostgresBootstrapTests.Bootstrapped bootstrapped) : IClassFixture<PostgresBootstrapTests.Bootstrapped>
{
    private readonly PostgresDatabase database = bootstrapped.Database;

    public static TheoryData<string> Tables => [.. Recorded("catalog.json")["tables"]!.AsObject().Select(static table => table.Key)];

    [Theory]
    [MemberData(nameof(Tables))]
    public void A_table_is_as_Kong_makes_it(string name)
    {
        var recorded = PostgresCatalog.Comparable(Recorded("catalog.json")["tables"]!.AsObject())[name];
        var made = bootstrapped.Catalog[name];
        Assert.True(JsonNode.DeepEquals(recorded, made), $"recorded: {recorded}\n\nmade: {made}");
    }

    [Fact]
    public void There_are_no_other_tables_functions_or_sequences_than_Kongs()
    {
        var recorded = Recorded("catalog.json");
        Assert.Equal(Names(recorded["tables"]!.AsObject().Select(static table => table.Key)), Names(bootstrapped.Catalog.Select(static table => table.Key)));
        Assert.Equal(
            Names(recorded["functions"]!.AsArray().Select(static function => (string)function!["name"]!)),
            Names(database.Rows("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace").Select(static row => row[0]!)));
        Assert.Equal(
            Names(recorded["sequences"]!.AsArray().Select(static sequence => $"{sequence!["name"]} {sequence["type"]}")),
            Names(database.Rows("SELECT sequencename || ' ' || data_type FROM pg_sequences WHERE sequencename NOT LIKE 'gibbon%'").Select(static row => row[0]!)));
    }

    [Fact]
    public void The_migrations_recorded_are_Kongs()
    {
        var rows = Recorded("bootstrap-rows.json")["rows"]!["schema_meta"]!.AsArray();
        var recorded = rows.Select(static row => JsonNode.Parse(row!.ToJsonString())!.ToJsonString());
        var made = database.Rows("SELECT row_to_json(m) FROM schema_meta m").Select(static row => JsonNode.Parse(row[0]!)!.ToJsonString());
        Assert.Equal(Names(recorded), Names(made));
    }

    [Fact]
    public void The_first_rows_are_a_default_workspace_and_the_id_of_the_cluster()
    {
        Assert.Equal("default|||", database.Text("SELECT concat_ws('|', name, coalesce(comment, ''), coalesce(meta::text, ''), coalesce(config::text, '')) FROM workspaces"));
        Assert.Equal("t", database.Text("SELECT created_at BETWEEN now() - interval '1 hour' AND now() + interval '1 second' FROM workspaces"));
        Assert.Equal("cluster_id|", database.Text("SELECT key || '|' || coalesce(created_at::text, '') FROM parameters"));
        Assert.True(Guid.TryParse(database.Text("SELECT value FROM parameters"), out _));
        foreach (var table in (string[])["locks", "cluster_events", "tags"])
            Assert.Equal("0", database.Text($"SELECT count(*) FROM {table}"));
    }

    [Fact]
    public void Tags_of_a_row_are_mirrored_and_go_with_it()
    {
        const string Id = "11111111-1111-4111-8111-111111111111";
        database.Execute($"INSERT INTO ca_certificates (id, cert, cert_digest, tags) VALUES ('{Id}', 'c', 'd', '{{a,b}}')");
        Assert.Equal("ca_certificates {a,b}", database.Text($"SELECT entity_name || ' ' || tags::text FROM tags WHERE entity_id = '{Id}'"));
        database.Execute($"UPDATE ca_certificates SET tags = NULL WHERE id = '{Id}'");
        Assert.Equal("ca_certificates", database.Text($"SELECT entity_name FROM tags WHERE tags IS NULL AND entity_id = '{Id}'"));
        database.Execute($"DELETE FROM ca_certificates WHERE id = '{Id}'");
        Assert.Empty(database.Rows($"SELECT 1 FROM tags WHERE entity_id = '{Id}'"));
    }

    [Fact]
    public void An_insert_takes_the_two_rows_along_that_expired_first()
    {
        database.Execute("ALTER TABLE sessions DISABLE TRIGGER ALL");
        Add("now() - interval '3 hour'", "oldest");
        Add("now() - interval '1 hour'", "old");
        Add("now() - interval '2 hour'", "older");
        database.Execute("ALTER TABLE sessions ENABLE TRIGGER ALL");
        Add("now() + interval '1 hour'", "alive");
        Assert.Equal("alive,old", database.Text("SELECT string_agg(session_id, ',' ORDER BY session_id) FROM sessions"));

        void Add(string ttl, string name) => database.Execute($"INSERT INTO sessions (id, session_id, ttl) VALUES (gen_random_uuid(), '{name}', {ttl})");
    }

    private static JsonObject Recorded(string name) => JsonNode.Parse(RecordedFiles.Read($"recorded/postgres/{name}"))!.AsObject();

    private static IEnumerable<string> Names(IEnumerable<string> names) => names.Order(StringComparer.Ordinal);

    public sealed class Bootstrapped : IAsyncLifetime
    {
        public PostgresDatabase Database { get; } = new();

        public JsonObject Catalog { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            await PostgresMigrations.BootstrapAsync(Database);
            Catalog = PostgresCatalog.Read(Database);
        }

        public ValueTask DisposeAsync()
        {
            Database.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
