using Gibbon.Pdk;
using Gibbon.Pdk.Entities;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage;
using Gibbon.Tests.Storage.Postgres;

namespace Gibbon.Tests.Storage;

public sealed class SqliteEntityStoreTests() : SqlEntityStoreTests(new SqliteFixture());

public sealed class PostgresEntityStoreTests() : SqlEntityStoreTests(new PostgresFixture());

/// <summary>What every database must do alike.</summary>
public abstract class SqlEntityStoreTests : IAsyncDisposable
{
    readonly SqlFixture sql;

    private protected SqlEntityStoreTests(SqlFixture sql) => this.sql = sql;

    public ValueTask DisposeAsync() => sql.DisposeAsync();

    [Fact]
    public async Task Every_kind_of_value_comes_back_as_it_was_written()
    {
        var service = await sql.InsertAsync("services", new() { ["name"] = "s", ["host"] = "h", ["tags"] = new ValueList { "b", "a" } });
        var route = await sql.InsertAsync("routes", new()
        {
            ["name"] = "r", ["paths"] = new ValueList { "/a", "~/b$" }, ["headers"] = new ValueMap { ["x-a"] = new ValueList { "1", "ü\"" } },
            ["service"] = new ValueMap { ["id"] = service["id"] }, ["strip_path"] = false,
        });
        var plugin = await sql.InsertAsync("plugins", new()
        {
            ["name"] = "rate-limiting", ["route"] = new ValueMap { ["id"] = route["id"] }, ["config"] = new ValueMap { ["minute"] = 5L, ["hour"] = 7.5 },
        });
        var target = await sql.InsertAsync("targets", new()
        {
            ["upstream"] = new ValueMap { ["id"] = (await sql.InsertAsync("upstreams", new() { ["name"] = "u" }))["id"] }, ["target"] = "1.2.3.4",
        });
        await sql.ReopenAsync();
        foreach (var (kind, written) in new[] { ("services", service), ("routes", route), ("plugins", plugin), ("targets", target) })
        {
            var read = (await sql.Values(kind).SelectAsync(Guid.Parse(written.GetString("id")!))).Value;
            Assert.True(Value.DeepEquals(written, read), $"{kind}: {Text(written)} / {Text(read!)}");
        }
        Assert.Equal("r", (await sql.Records<Route>().SelectByAsync("name", "r")).Value?.Name);
    }

    [Fact]
    public async Task A_unique_value_is_taken_once()
    {
        await sql.InsertAsync("services", new() { ["name"] = "s", ["host"] = "h" });
        var (_, error) = await sql.Values("services").InsertAsync(new() { ["name"] = "s", ["host"] = "h" });
        Assert.Equal(EntityErrorCode.UniqueViolation, error?.Code);
        Assert.Equal("UNIQUE violation detected on '{name=\"s\"}'", error?.Message);
        Assert.Equal($"[{sql.Store.Database.Dialect.Name}] UNIQUE violation detected on '{{name=\"s\"}}'", error?.ToString());
        Assert.Equal("{\"name\":\"s\"}", Text(error!.Fields!));
    }

    [Fact]
    public async Task A_plugin_is_set_once_for_a_place()
    {
        var service = await sql.InsertAsync("services", new() { ["name"] = "s", ["host"] = "h" });
        ValueMap Cors() => new() { ["name"] = "cors", ["service"] = new ValueMap { ["id"] = service["id"] } };
        var first = await sql.InsertAsync("plugins", Cors());
        var (_, error) = await sql.Values("plugins").InsertAsync(Cors());
        Assert.Equal($"UNIQUE violation detected on '{{consumer=null,name=\"cors\",route=null,service={{id=\"{service["id"]}\"}}}}'", error?.Message);
        var key = $"plugins:cors::{service["id"]}:::{sql.Store.Workspace}";
        Assert.Equal(first["id"], (await sql.Values("plugins").SelectByCacheKeyAsync(key)).Value?["id"]);
    }

    [Fact]
    public async Task An_id_is_taken_once()
    {
        var service = await sql.InsertAsync("services", new() { ["host"] = "h" });
        var (_, error) = await sql.Values("services").InsertAsync(new() { ["id"] = service["id"], ["host"] = "h" });
        Assert.Equal($"primary key violation on key '{{id=\"{service["id"]}\"}}'", error?.Message);
    }

    [Fact]
    public async Task A_reference_must_lead_somewhere()
    {
        var id = Guid.NewGuid().ToString();
        var (_, error) = await sql.Values("routes").InsertAsync(new() { ["paths"] = new ValueList { "/" }, ["service"] = new ValueMap { ["id"] = id } });
        Assert.Equal(EntityErrorCode.ForeignKeyViolation, error?.Code);
        Assert.Equal($"the foreign key '{{id=\"{id}\"}}' does not reference an existing 'services' entity.", error?.Message);
        Assert.Equal($"{{\"service\":{{\"id\":\"{id}\"}}}}", Text(error!.Fields!));
    }

    [Fact]
    public async Task What_others_refer_to_stays_unless_they_go_with_it()
    {
        var service = await sql.InsertAsync("services", new() { ["host"] = "h" });
        var route = await sql.InsertAsync("routes", new() { ["paths"] = new ValueList { "/" }, ["service"] = new ValueMap { ["id"] = service["id"] } });
        var (_, error) = await sql.Values("services").DeleteAsync(Id(service));
        Assert.Equal("an existing 'routes' entity references this 'services' entity", error?.Message);
        Assert.Equal("{\"@referenced_by\":\"routes\"}", Text(error!.Fields!));

        await sql.InsertAsync("plugins", new() { ["name"] = "cors", ["route"] = new ValueMap { ["id"] = route["id"] } });
        List<ChangedEntity> changes = [];
        sql.Store.Committed = changed =>
        {
            changes.AddRange(changed);
            return ValueTask.CompletedTask;
        };
        Assert.True((await sql.Values("routes").DeleteAsync(Id(route))).IsOk);
        Assert.Equal(["plugins:delete", "routes:delete"], changes.Select(static change => $"{change.SchemaName}:{change.Operation}"));
        Assert.Empty((await sql.Values("plugins").PageAsync()).Value!.Entities);
        Assert.True((await sql.Values("services").DeleteAsync(Id(service))).Value);
        Assert.True(await sql.Values("services").DeleteAsync(Id(service)) is { IsOk: true, Value: false });
    }

    [Fact]
    public async Task An_update_changes_what_it_names_and_needs_the_entity()
    {
        var service = await sql.InsertAsync("services", new() { ["name"] = "s", ["host"] = "h", ["retries"] = 3L });
        var (changed, _) = await sql.Values("services").UpdateAsync(Id(service), new() { ["host"] = "other", ["name"] = null });
        Assert.Equal(("other", null, 3L), (changed!["host"], changed["name"], changed["retries"]));
        Assert.True(Value.DeepEquals(changed, (await sql.Values("services").SelectAsync(Id(service))).Value));
        var missing = Guid.NewGuid();
        var (_, error) = await sql.Values("services").UpdateAsync(missing, new() { ["host"] = "x" });
        Assert.Equal($"could not find the entity with primary key '{{id=\"{missing}\"}}'", error?.Message);
    }

    [Fact]
    public async Task An_upsert_makes_or_replaces()
    {
        var id = Guid.NewGuid();
        Assert.Equal("a", (await sql.Values("services").UpsertAsync(id, new() { ["name"] = "n", ["host"] = "a" })).Value?["host"]);
        Assert.Equal("b", (await sql.Values("services").UpsertAsync(id, new() { ["host"] = "b" })).Value?["host"]);
        var page = (await sql.Values("services").PageAsync()).Value!;
        Assert.Equal(("b", null), (Assert.Single(page.Entities)["host"], page.Entities[0]["name"]));
    }

    [Fact]
    public async Task Pages_follow_the_ids_and_only_the_last_has_no_mark()
    {
        for (var i = 1; i <= 5; i++)
        {
            await sql.InsertAsync("consumers", new() { ["id"] = $"0000000{i}-0000-4000-8000-000000000000", ["username"] = $"u{i}" });
        }
        var (first, _) = await sql.Values("consumers").PageAsync(2);
        Assert.Equal("WyIwMDAwMDAwMi0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDAiXQ", first!.NextOffset);
        var (second, _) = await sql.Values("consumers").PageAsync(3, first.NextOffset);
        Assert.Equal(["u3", "u4", "u5"], second!.Entities.Select(static entity => entity["username"]));
        Assert.Null(second.NextOffset);
        Assert.Equal("'*' is not a valid offset: bad base64 encoding", (await sql.Values("consumers").PageAsync(2, "*")).Error?.Message);
        Assert.Equal("'Zm9v' is not a valid offset: bad json encoding", (await sql.Values("consumers").PageAsync(2, "Zm9v")).Error?.Message);
    }

    [Fact]
    public async Task Tags_choose_entities_and_are_listed_with_them()
    {
        var both = await sql.InsertAsync("consumers", new() { ["username"] = "both", ["tags"] = new ValueList { "x", "y" } });
        await sql.InsertAsync("consumers", new() { ["username"] = "one", ["tags"] = new ValueList { "x" } });
        await sql.InsertAsync("consumers", new() { ["username"] = "none" });
        Assert.Equal(["both"], await Names(["x", "y"], any: false));
        Assert.Equal(["both", "one"], (await Names(["x", "y"], any: true)).Order());
        Assert.Empty(await Names(["z"], any: true));
        Assert.Equal(3, (await sql.Values("tags").PageAsync()).Value!.Entities.Count);
        var (found, _) = await sql.Values("tags").PageAsync(1, options: new EntityOptions { Tags = ["y"] });
        Assert.Equal(("y", "consumers", both["id"]), (found!.Entities[0]["tag"], found.Entities[0]["entity_name"], found.Entities[0]["entity_id"]));
        var pages = await sql.Values("tags").EachAsync(1).ToListAsync();
        Assert.Equal(3, pages.Count);
        Assert.Null((await sql.Values("consumers").DeleteAsync(Id(both))).Error?.ToString());
        Assert.Single((await sql.Values("tags").PageAsync()).Value!.Entities);

        async Task<List<object?>> Names(string[] tags, bool any) =>
            [.. (await sql.Values("consumers").EachAsync(options: new EntityOptions { Tags = tags, AnyTag = any }).ToListAsync()).Select(static entity => entity["username"])];
    }

    [Fact]
    public async Task Changes_together_happen_all_or_not_at_all()
    {
        var services = sql.Tables.Schemas.Find("services")!;
        EntityWrite[] writes = [.. new[] { "a", "b", "a" }.Select(name => EntityWrite.Insert(services, Made("services", new() { ["name"] = name, ["host"] = "h" })))];
        var refused = await sql.Store.WriteAsync(writes);
        Assert.Equal(2, refused.FailedAt);
        Assert.Equal(EntityErrorCode.UniqueViolation, refused.Error?.Code);
        Assert.Empty((await sql.Values("services").PageAsync()).Value!.Entities);

        var done = await sql.Store.WriteAsync([.. writes.Take(2), EntityWrite.Delete(services, writes[0].Id)]);
        Assert.Null(done.Error);
        Assert.Equal(["create", "create", "delete"], done.Changes.Select(static change => change.Operation));
        Assert.Equal("b", Assert.Single((await sql.Values("services").PageAsync()).Value!.Entities)["name"]);
    }

    // More than is sent in one go.
    const int Many = 450;

    [Fact]
    public async Task Hundreds_of_changes_of_a_kind_are_made_together()
    {
        var (services, routes) = (sql.Tables.Schemas.Find("services")!, sql.Tables.Schemas.Find("routes")!);
        var service = await sql.InsertAsync("services", new() { ["name"] = "s", ["host"] = "h" });
        var made = Enumerable.Range(0, Many).Select(i => Route(i, service["id"])).ToList();
        var inserted = await sql.Store.WriteAsync([.. made.Select(route => EntityWrite.Insert(routes, route))]);
        Assert.Equal(Many, inserted.Entities.Length);
        Assert.Equal(Many, inserted.Changes.Count(static change => change.Operation == "create"));
        Assert.Equal($"{Many}", Assert.Single(sql.Query("SELECT CAST(COUNT(*) AS TEXT) FROM tags WHERE entity_name = 'routes'"))?.ToString());

        var updated = await sql.Store.WriteAsync([.. made.Select((route, i) => EntityWrite.Update(routes, Id(route), new ValueMap(route) { ["paths"] = new ValueList { $"/new/{i}" } }))]);
        Assert.Equal(Many, updated.Changes.Count(static change => change is { Operation: "update", Before: Pdk.Entities.Route { Paths: [var old] } } && old.StartsWith("/old", StringComparison.Ordinal)));
        Assert.All(await sql.Records<Pdk.Entities.Route>().EachAsync().ToListAsync(), static route => Assert.Equal($"/new/{route.Name![1..]}", Assert.Single(route.Paths!)));

        var more = Enumerable.Range(Many - 10, 20).Select(i => i < Many ? made[i] : Route(i, service["id"]));
        var upserted = await sql.Store.WriteAsync([.. more.Select(route => EntityWrite.Upsert(routes, Id(route), route))]);
        Assert.Equal((10, 10), (upserted.Changes.Count(static change => change.Operation == "create"), upserted.Changes.Count(static change => change.Operation == "update")));

        var gone = await sql.Store.WriteAsync([.. made.Append(made[0]).Select(route => EntityWrite.Delete(routes, Id(route))), EntityWrite.Delete(services, Guid.NewGuid())]);
        Assert.Null(gone.Error);
        Assert.Equal(Many, gone.Changes.Count(static change => change.Operation == "delete"));
        Assert.Equal(10, (await sql.Values("routes").EachAsync().ToListAsync()).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_one_of_hundreds_that_is_refused_is_told_and_none_is_stored(bool upserts)
    {
        var routes = sql.Tables.Schemas.Find("routes")!;
        var service = await sql.InsertAsync("services", new() { ["name"] = "s", ["host"] = "h" });
        foreach (var (place, spoil, code) in new (int, Action<ValueMap>, EntityErrorCode)[]
        {
            (3, static route => route["name"] = "r0", EntityErrorCode.UniqueViolation),
            (321, static route => route["name"] = "r5", EntityErrorCode.UniqueViolation),
            (449, static route => route["service"] = new ValueMap { ["id"] = Guid.NewGuid().ToString() }, EntityErrorCode.ForeignKeyViolation),
        })
        {
            var made = Enumerable.Range(0, Many).Select(i => Route(i, service["id"])).ToList();
            spoil(made[place]);
            var refused = await sql.Store.WriteAsync([.. made.Select(route => upserts ? EntityWrite.Upsert(routes, Id(route), route) : EntityWrite.Insert(routes, route))]);
            Assert.Equal((place, code), (refused.FailedAt, refused.Error?.Code));
            Assert.Empty((await sql.Values("routes").PageAsync()).Value!.Entities);
        }

        var missing = await sql.Store.WriteAsync([.. Enumerable.Range(0, 3).Select(i => Route(i, service["id"])).Select(route => EntityWrite.Update(routes, Id(route), route))]);
        Assert.Equal((0, EntityErrorCode.NotFound), (missing.FailedAt, missing.Error?.Code));
    }

    [Fact]
    public async Task Of_many_that_are_deleted_together_the_one_that_is_referred_to_is_told()
    {
        var services = sql.Tables.Schemas.Find("services")!;
        var made = Enumerable.Range(0, 5).Select(i => Made("services", new() { ["name"] = $"s{i}", ["host"] = "h" })).ToList();
        Assert.Null((await sql.Store.WriteAsync([.. made.Select(service => EntityWrite.Insert(services, service))])).Error);
        await sql.InsertAsync("routes", Route(0, made[3]["id"]));
        var refused = await sql.Store.WriteAsync([.. made.Select(service => EntityWrite.Delete(services, Id(service)))]);
        Assert.Equal((3, EntityErrorCode.ForeignKeyViolation), (refused.FailedAt, refused.Error?.Code));
        Assert.Equal(5, (await sql.Values("services").PageAsync()).Value!.Entities.Count);
    }

    ValueMap Route(int number, object? service) => Made(
        "routes",
        new() { ["name"] = $"r{number}", ["paths"] = new ValueList { $"/old/{number}" }, ["tags"] = new ValueList { "t" }, ["service"] = new ValueMap { ["id"] = service } });

    [Fact]
    public async Task A_plugin_of_a_consumer_group_is_no_row_of_Kongs_table()
    {
        var group = await sql.InsertAsync("consumer_groups", new() { ["name"] = "gold" });
        var plain = await sql.InsertAsync("plugins", new() { ["name"] = "rate-limiting", ["config"] = new ValueMap { ["minute"] = 1L } });
        var grouped = await sql.InsertAsync("plugins", new()
        {
            ["name"] = "rate-limiting", ["config"] = new ValueMap { ["minute"] = 9L }, ["consumer_group"] = new ValueMap { ["id"] = group["id"] },
        });
        Assert.Equal(2, (await sql.Values("plugins").PageAsync()).Value!.Entities.Count);
        Assert.Equal([plain["id"]], sql.Query("SELECT id FROM plugins"));
        Assert.Equal([grouped["id"]], sql.Query("SELECT id FROM gibbon_plugins"));
        Assert.True((await sql.Values("plugins").UpdateAsync(Id(grouped), new() { ["enabled"] = false, ["instance_name"] = "gold" })).IsOk);
        Assert.Equal(
            "UNIQUE violation detected on '{instance_name=\"gold\"}'",
            (await sql.Values("plugins").UpdateAsync(Id(plain), new() { ["instance_name"] = "gold" })).Error?.Message);
        Assert.False((bool)(await sql.Values("plugins").SelectAsync(Id(grouped))).Value!["enabled"]!);
        Assert.True((await sql.Values("consumer_groups").DeleteAsync(Id(group))).IsOk);
        Assert.Equal(plain["id"], Assert.Single((await sql.Values("plugins").PageAsync()).Value!.Entities)["id"]);
    }

    ValueMap Made(string kind, ValueMap values)
    {
        Assert.Null(sql.Tables.Schemas.Find(kind)!.Create(values, Operation.Insert, out var entity));
        return entity;
    }

    static Guid Id(ValueMap entity) => Guid.Parse(entity.GetString("id")!);

    static string Text(ValueMap map) => System.Text.Encoding.UTF8.GetString(ValueJson.Write(map));
}
