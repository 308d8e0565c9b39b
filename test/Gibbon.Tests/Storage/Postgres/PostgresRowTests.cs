using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gibbon.Pdk.Schemas;
using Gibbon.Recordings;
using Gibbon.Storage.Sql;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>Rows that Kong 3.9.1 wrote: they are read, and what was read is written as the same rows.</summary>
public sealed partial class PostgresRowTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private static readonly DateTimeOffset Now = new(2096, 1, 2, 3, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_is_read_of_Kongs_rows_is_written_as_the_same_rows()
    {
        await using var store = await PostgresStore.OpenAsync(database, new Standstill());
        var recorded = Recorded(store.Workspace);
        var tables = store.Tables.All.Where(table => recorded.ContainsKey(table.Name) && table.Name is not ("tags" or "workspaces" or "parameters")).ToList();
        Assert.Superset(
            new HashSet<string>
            {
                "services", "routes", "consumers", "plugins", "upstreams", "targets", "certificates", "snis", "ca_certificates", "sm_vaults", "keys",
                "key_sets", "acls", "basicauth_credentials", "keyauth_credentials",
            },
            tables.Select(static table => table.Name).ToHashSet());
        foreach (var table in tables)
        {
            foreach (var row in recorded[table.Name])
                database.Execute($"INSERT INTO {table.Name} SELECT * FROM json_populate_record(NULL::{table.Name}, $json${row.ToJsonString()}$json$)");
        }

        var read = new List<(SqlTable Table, ValueMap Entity)>();
        foreach (var table in tables)
        {
            foreach (var row in recorded[table.Name])
            {
                var (entity, error) = await store.Entities.SelectAsync(table.Schema, Guid.Parse((string)row["id"]!));
                Assert.True(entity is not null, $"{table.Name}: {error} {row}");
                read.Add((table, entity as ValueMap ?? Schema.Unbind(entity)));
            }
        }

        database.Execute($"TRUNCATE {string.Join(", ", tables.Select(static table => table.Name))} CASCADE");
        foreach (var (table, entity) in read)
            Assert.Null((await store.Entities.InsertAsync(table.Schema, entity)).Error);

        Assert.All(tables, table => Assert.All(recorded[table.Name], row =>
        {
            var written = JsonNode.Parse(database.Text($"SELECT row_to_json(r) FROM {table.Name} r WHERE id = '{row["id"]}'")!);
            Assert.True(JsonNode.DeepEquals(row, written), $"{table.Name}\n{row.ToJsonString()}\n{written?.ToJsonString()}");
        }));
    }

    [Fact]
    public async Task Every_column_that_entities_need_is_in_Kongs_tables()
    {
        await using var store = await PostgresStore.OpenAsync(database);
        var present = database.Rows("SELECT table_name || '.' || column_name FROM information_schema.columns").Select(static row => row[0]!).ToHashSet();
        foreach (var table in store.Tables.All.Where(static table => table.Name != "tags"))
        {
            Assert.All(SqlDefinition.NamesOf(table), name => Assert.All(
                table.ColumnsIn(name), column => Assert.True(present.Contains($"{name}.{column.Name}"), $"{name} has no column {column.Name}")));
        }
    }

    // One text for one placeholder, so that what refers to each other still does.
    private static Dictionary<string, List<JsonObject>> Recorded(Guid workspace)
    {
        var rows = JsonNode.Parse(RecordedFiles.Read("recorded/postgres/entity-rows.json"))!["rows"]!.AsObject();
        return rows.ToDictionary(
            static table => table.Key,
            table => table.Value!.AsArray().Select(row => JsonNode.Parse(Placeholder().Replace(row!.ToJsonString(Plain), match => match.Groups[1].Value switch
            {
                "id:workspace default" or "id:2" => workspace.ToString(),
                var id when id.StartsWith("id:", StringComparison.Ordinal) => new Guid(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16)).ToString(),
                "timestamp, ms" => "2096-01-02T03:04:05.678+00:00",
                "timestamp, whole seconds" => "2096-01-02T03:04:05+00:00",
                _ => match.Value,
            }))!.AsObject()).ToList());
    }

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [GeneratedRegex("<((?:id:|timestamp)[^<>]*)>")]
    private static partial Regex Placeholder();

    private sealed class Standstill : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
