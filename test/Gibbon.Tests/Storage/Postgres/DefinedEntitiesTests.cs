using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Testing;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>Entities that no record describes but a definition, as those of plugins in Lua.</summary>
public sealed class DefinedEntitiesTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    [Fact]
    public async Task A_table_that_Kong_has_made_for_a_plugin_is_used_and_gets_what_it_lacks()
    {
        await PostgresMigrations.BootstrapAsync(database);
        // As a migration of the plugin for Kong would have it; what it does not know is added.
        await using (await StartAsync(new Defined("others")))
        {
            database.Execute("""
                CREATE TABLE gadgets (
                  id uuid PRIMARY KEY, created_at timestamp with time zone, consumer_id uuid REFERENCES consumers (id) ON DELETE CASCADE,
                  name text UNIQUE, colours text[], inside jsonb, ws_id uuid REFERENCES workspaces (id)
                );
                INSERT INTO gadgets (id, name, colours, inside, ws_id)
                  SELECT '11111111-1111-4111-8111-111111111111', 'old', '{red}', '{"deep": "sea"}', id FROM workspaces WHERE name = 'default';
                """);
        }

        await using var gateway = await StartAsync(new Defined("gadgets"));
        var old = await gateway.Admin.GetFromJsonAsync<JsonElement>("/gadgets/old");
        Assert.Equal("sea", old.GetProperty("inside").GetProperty("deep").GetString());
        Assert.Equal("red", old.GetProperty("colours")[0].GetString());
        Assert.Equal(3, old.GetProperty("size").GetInt32());

        using var bob = await gateway.Admin.PutAsJsonAsync("/consumers/bob", new { });
        using var made = await gateway.Admin.PostAsJsonAsync("/consumers/bob/gadgets", new { name = "new", colours = new[] { "green", "red" }, size = 7 });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using var twice = await gateway.Admin.PostAsJsonAsync("/gadgets", new { name = "new" });
        Assert.Equal(HttpStatusCode.Conflict, twice.StatusCode);
        Assert.Equal("{green,red}|7", database.Text("SELECT colours::text || '|' || size FROM gadgets WHERE name = 'new'"));

        using var gone = await gateway.Admin.DeleteAsync("/consumers/bob");
        Assert.Equal("1", database.Text("SELECT count(*) FROM gadgets"));
    }

    [Theory]
    [InlineData("consumers", "consumers", "the gateway has an entity of that name")]
    [InlineData("gadgets", "nothings", "consumer: schema refers to an invalid foreign entity: nothings")]
    public async Task What_does_not_fit_among_the_others_stops_the_start(string name, string reference, string expected)
    {
        var failure = await Assert.ThrowsAsync<PluginLoadException>(() => TestGateway.StartAsync("", plugins: [new Defined(name, reference)]));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    private Task<TestGateway> StartAsync(Plugin plugin) => TestGateway.StartAsync(
        "", database.Variables.ToDictionary(static pair => pair.Key["KONG_".Length..].ToLowerInvariant(), static pair => pair.Value), [plugin]);

    private sealed class Defined(string name, string reference = "consumers") : Plugin
    {
        public override string Name => "defined";

        public override int Priority => 1;

        public override string Version => "1.0.0";

        public override PluginPhases ImplementedPhases => PluginPhases.None;

        public override IReadOnlyList<Schema> EntitySchemas(SchemaOptions options) =>
        [
            SchemaDefinition.Entity(
                new ValueMap
                {
                    ["name"] = name,
                    ["primary_key"] = new ValueList { "id" },
                    ["endpoint_key"] = "name",
                    ["workspaceable"] = true,
                    ["fields"] = new ValueList
                    {
                        Field("id", ("typedef", "uuid")),
                        Field("created_at", ("typedef", "auto_timestamp_s")),
                        Field("consumer", ("type", "foreign"), ("reference", reference), ("on_delete", "cascade")),
                        Field("name", ("type", "string"), ("required", true), ("unique", true)),
                        Field("size", ("type", "integer"), ("default", 3L), ("required", true)),
                        Field("colours", ("type", "set"), ("elements", new ValueMap { ["type"] = "string" })),
                        Field("inside", ("type", "record"), ("fields", new ValueList { Field("deep", ("type", "string")) })),
                    },
                },
                options),
        ];

        public override ValueTask RunConfigureAsync(IReadOnlyList<object> configs) => ValueTask.CompletedTask;

        public override ValueTask RunAsync(Phase phase, RequestContext context, object config) => ValueTask.CompletedTask;

        public override ValueTask RunBodyFilterAsync(RequestContext context, BodyChunk chunk, object config) => ValueTask.CompletedTask;

        private static ValueMap Field(string name, params (string Name, object? Value)[] said)
        {
            ValueMap definition = [];
            foreach (var (key, value) in said)
            {
                definition[key] = value;
            }

            return new ValueMap { [name] = definition };
        }
    }
}
