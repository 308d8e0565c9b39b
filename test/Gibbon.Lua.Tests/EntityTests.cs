using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gibbon.Pdk;
using Gibbon.Testing;

namespace Gibbon.Lua.Tests;

/// <summary>A plugin's <c>daos.lua</c>: its entities are as those of any other plugin.</summary>
public sealed class EntityTests
{
    private const string Daos = """
        local typedefs = require "kong.db.schema.typedefs"
        return {
          {
            name = "gadgets",
            primary_key = { "id" },
            endpoint_key = "name",
            cache_key = { "name" },
            workspaceable = true,
            admin_api_name = "gadget-list",
            admin_api_nested_name = "gadget",
            ttl = true,
            dao = "kong.plugins.probe.gadgets",
            fields = {
              { id = typedefs.uuid },
              { created_at = typedefs.auto_timestamp_s },
              { consumer = { type = "foreign", reference = "consumers", on_delete = "cascade" } },
              { name = { type = "string", required = true, unique = true } },
              { size = { type = "integer", default = 3, between = { 1, 10 } } },
              { colours = { type = "set", elements = { type = "string", one_of = { "red", "green" } } } },
              { inner = { type = "record", fields = { { deep = { type = "string", default = "down" } } } } },
              { tags = typedefs.tags },
            },
            entity_checks = {
              { custom_entity_check = { field_sources = { "name" }, fn = function(entity)
                if entity.name == "bad" then return nil, "that name is bad" end
                return true
              end } },
            },
          },
          {
            name = "rooms",
            primary_key = { "house", "number" },
            fields = {
              { house = { type = "string", required = true } },
              { number = { type = "integer", required = true } },
              { colour = { type = "string", default = "white" } },
            },
          },
          {
            name = "words",
            primary_key = { "word" },
            endpoint_key = "word",
            cache_key = { "word" },
            fields = { { word = { type = "string", required = true } }, { meaning = { type = "string" } } },
          },
          {
            name = "hidden",
            primary_key = { "id" },
            generate_admin_api = false,
            fields = { { id = typedefs.uuid }, { word = { type = "string" } } },
          },
        }
        """;

    private const string Module = """
        local gadgets = {}
        function gadgets:shout(name)
          local found = self.super.select_by_name(self, name)
          return found and found.name:upper()
        end
        return gadgets
        """;

    private static PluginFolder Folder(string access = "kong.response.exit(200, tostring(assert(loadstring(\"return \" .. kong.request.get_raw_body()))()))") =>
        new PluginFolder().AddAccess("probe", access).File("kong/plugins/probe/daos.lua", Daos).File("kong/plugins/probe/gadgets.lua", Module);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_declarative_file_has_them_and_the_schema_refuses_what_is_wrong()
    {
        using PluginFolder folder = Folder();
        await using TestGateway gateway = await StartAsync(folder, "off");

        await gateway.LoadAsync(Configuration("- {name: one, consumer: bob, colours: [red]}"));
        JsonElement list = await JsonAsync(gateway, "/gadget-list");
        Assert.Equal("one", list.GetProperty("data")[0].GetProperty("name").GetString());
        Assert.Equal(3, list.GetProperty("data")[0].GetProperty("size").GetInt32());

        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => gateway.LoadAsync(Configuration("- {name: bad, size: 11}")));
        Assert.Contains("that name is bad", refused.Message, StringComparison.Ordinal);
        Assert.Contains("value should be between 1 and 10", refused.Message, StringComparison.Ordinal);
        Assert.Equal("one", await EvaluateAsync(gateway, "kong.db.gadgets:select_by_name('one').name"));
        Assert.Equal("ONE", await EvaluateAsync(gateway, "kong.db.gadgets:shout('one')"));
        Assert.Equal(
            "[off] cannot create 'gadgets' entities when not using a database",
            await EvaluateAsync(gateway, "select(2, kong.db.gadgets:insert({ name = 'two' }))"));
        Assert.Equal(
            "[off] cannot remove 'gadgets' entities by 'name' when not using a database",
            await EvaluateAsync(gateway, "select(2, kong.db.gadgets:delete_by_name('one'))"));
    }

    [Fact]
    public async Task The_Admin_API_has_their_endpoints_and_their_schema()
    {
        using PluginFolder folder = Folder();
        await using TestGateway gateway = await StartAsync(folder, "sqlite");

        using HttpResponseMessage made = await gateway.Admin.PostAsJsonAsync("/consumers/bob/gadget", new { name = "one", colours = new[] { "green" } }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using HttpResponseMessage twice = await gateway.Admin.PostAsJsonAsync("/gadget-list", new { name = "one" }, Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, twice.StatusCode);
        using HttpResponseMessage wrong = await gateway.Admin.PutAsJsonAsync("/gadget-list/two", new { colours = new[] { "blue" } }, Cancellation);
        Assert.Contains("expected one of: red, green", await wrong.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);

        Assert.Equal("down", (await JsonAsync(gateway, "/consumers/bob/gadget/one")).GetProperty("inner").GetProperty("deep").GetString());
        Assert.Equal("bob", (await JsonAsync(gateway, "/gadget-list/one/consumer")).GetProperty("username").GetString());
        Assert.Contains("colours", (await JsonAsync(gateway, "/schemas/gadgets")).GetRawText(), StringComparison.Ordinal);
        using HttpResponseMessage hidden = await gateway.Admin.GetAsync(new Uri("/hidden", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, hidden.StatusCode);

        using HttpResponseMessage gone = await gateway.Admin.DeleteAsync(new Uri("/consumers/bob", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        Assert.Empty((await JsonAsync(gateway, "/gadget-list")).GetProperty("data").EnumerateArray());
    }

    [Fact]
    public async Task In_Lua_they_are_written_found_and_taken_out()
    {
        const string database = "sqlite";
        using PluginFolder folder = Folder();
        await using TestGateway gateway = await StartAsync(folder, database);

        Assert.Equal("3 down nil true", await EvaluateAsync(gateway, """
            (function()
              local made = assert(kong.db.gadgets:insert({ name = 'one', consumer = { username = 'bob' }, colours = { 'red' } }))
              return made.size .. ' ' .. made.inner.deep .. ' ' .. tostring(made.tags) .. ' ' .. tostring(made.colours.red)
            end)()
            """));
        Assert.Equal("5 unique constraint violation one", await EvaluateAsync(gateway, """
            (function()
              local made, err, err_t = kong.db.gadgets:insert({ name = 'one' })
              return err_t.code .. ' ' .. err_t.name .. ' ' .. err_t.fields.name
            end)()
            """));
        Assert.Equal($"[{database}] schema violation (name: required field missing)", await EvaluateAsync(gateway, "select(2, kong.db.gadgets:insert({}))"));
        Assert.Equal($"[{database}] schema violation (name: required field missing)", await EvaluateAsync(gateway, "tostring(select(3, kong.db.gadgets:insert({})))"));
        Assert.Equal("1", await EvaluateAsync(gateway, "select(3, kong.db.gadgets:select({ id = 'x' })).code"));
        Assert.Equal("6", await EvaluateAsync(gateway, "select(3, kong.db.gadgets:update({ id = '00000000-0000-4000-8000-000000000001' }, { size = 4 })).code"));
        Assert.Equal("7", await EvaluateAsync(gateway, "kong.db.gadgets:update_by_name('one', { size = 7 }).size"));
        Assert.Equal("two 3", await EvaluateAsync(gateway, "(function() local g = kong.db.gadgets:upsert_by_name('two', {}) return g.name .. ' ' .. g.size end)()"));
        Assert.Equal("one two", await EvaluateAsync(gateway, """
            (function()
              local names = {}
              for row in kong.db.gadgets:each(1) do names[#names + 1] = row.name end
              table.sort(names)
              return table.concat(names, ' ')
            end)()
            """));
        Assert.Equal("one", await EvaluateAsync(gateway, """
            (function()
              local bob = kong.db.consumers:select_by_username('bob')
              local rows = kong.db.gadgets:page_for_consumer({ id = bob.id })
              for row in kong.db.gadgets:each_for_consumer({ id = bob.id }) do assert(row.name == 'one') end
              return #rows == 1 and rows[1].name or 'none'
            end)()
            """));
        Assert.Equal("gadgets:one:::::", (await EvaluateAsync(gateway, "kong.db.gadgets:cache_key('one')"))[..16]);
        Assert.Equal("true", await EvaluateAsync(gateway, "kong.db.gadgets:cache_key('one') == kong.db.gadgets:cache_key({ name = 'one' })"));
        Assert.Equal("size must be an integer between 1 and 50000", await EvaluateAsync(gateway, "select(3, kong.db.gadgets:page(0)).message"));
        Assert.Equal("cannot be used with 'hidden'", await EvaluateAsync(gateway, "select(3, kong.db.hidden:insert({}, { ttl = 3 })).options.ttl"));
        Assert.Equal("primary_key must be a table", await EvaluateAsync(gateway, "(select(2, pcall(kong.db.gadgets.select, kong.db.gadgets, 'x')))"));
        Assert.Equal("true", await EvaluateAsync(gateway, "kong.db.gadgets:delete_by_name('one')"));
        Assert.Equal("true nil", await EvaluateAsync(gateway, "tostring(kong.db.gadgets:truncate()) .. ' ' .. tostring(kong.db.gadgets:select_by_name('two'))"));
        Assert.Equal("ttl", await EvaluateAsync(gateway, """
            (function()
              local made = assert(kong.db.gadgets:insert({ name = 'brief' }, { ttl = 3000 }))
              local found = kong.db.gadgets:select({ id = made.id })
              return found.ttl and found.ttl > 2000 and found.ttl <= 3000 and 'ttl' or require('cjson').encode(found)
            end)()
            """));
    }

    [Fact]
    public async Task The_primary_key_need_not_be_an_id()
    {
        using PluginFolder folder = Folder();
        await using TestGateway gateway = await StartAsync(folder, "sqlite");

        Assert.Equal("white", await EvaluateAsync(gateway, "assert(kong.db.rooms:insert({ house = 'a', number = 1 })).colour"));
        Assert.Equal("red", await EvaluateAsync(gateway, "assert(kong.db.rooms:upsert({ house = 'a', number = 2 }, { colour = 'red' })).colour"));
        Assert.Equal("red white", await EvaluateAsync(gateway, """
            kong.db.rooms:select({ house = 'a', number = 2 }).colour .. ' ' .. kong.db.rooms:select({ house = 'a', number = 1 }).colour
            """));
        Assert.Equal("green", await EvaluateAsync(gateway, "assert(kong.db.rooms:update({ house = 'a', number = 1 }, { colour = 'green' })).colour"));
        Assert.Equal("primary key violation", await EvaluateAsync(gateway, "select(3, kong.db.rooms:insert({ house = 'a', number = 1 })).name"));
        Assert.Equal("true 1", await EvaluateAsync(gateway, """
            tostring(kong.db.rooms:delete({ house = 'a', number = 2 })) .. ' ' .. #kong.db.rooms:page(10)
            """));
        Assert.Equal("two", await EvaluateAsync(gateway, "assert(kong.db.words:insert({ word = 'zwei', meaning = 'two' })).meaning"));
        Assert.Equal("words:zwei:::::", (await EvaluateAsync(gateway, "kong.db.words:cache_key('zwei')"))[..15]);
        Assert.Equal("two", (await JsonAsync(gateway, "/words/zwei")).GetProperty("meaning").GetString());
        using HttpResponseMessage changed = await gateway.Admin.PatchAsJsonAsync("/words/zwei", new { meaning = "deux" }, Cancellation);
        Assert.Equal("200 ", $"{(int)changed.StatusCode} {(changed.IsSuccessStatusCode ? "" : await changed.Content.ReadAsStringAsync(Cancellation))}");
        Assert.Equal("deux", await EvaluateAsync(gateway, "kong.db.words:select({ word = 'zwei' }).meaning"));
        using HttpResponseMessage put = await gateway.Admin.PutAsJsonAsync("/words/drei", new { meaning = "three" }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        using HttpResponseMessage again = await gateway.Admin.PutAsJsonAsync("/words/drei", new { meaning = "trois" }, Cancellation);
        Assert.Equal("trois", await EvaluateAsync(gateway, "kong.db.words:select({ word = 'drei' }).meaning"));
        using HttpResponseMessage gone = await gateway.Admin.DeleteAsync(new Uri("/words/drei", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        Assert.Equal("nil", await EvaluateAsync(gateway, "tostring(kong.db.words:select({ word = 'drei' }))"));
    }

    [Fact]
    public async Task The_default_workspace_is_the_one_of_the_database()
    {
        using PluginFolder folder = Folder();
        await using TestGateway gateway = await StartAsync(folder, "sqlite");
        string workspace = await EvaluateAsync(gateway, "kong.db.gadgets:insert({ name = 'one' }, { show_ws_id = true }).ws_id");

        Assert.Equal(workspace, await EvaluateAsync(gateway, "kong.default_workspace"));
        Assert.Equal(workspace, await EvaluateAsync(gateway, "require('kong.workspaces').get_workspace_id()"));
        await using LuaScene without = await LuaScene.AccessAsync("kong.response.exit(200, kong.default_workspace)");
        Assert.Equal("0dc6f45b-8f8d-40d2-a504-473544ee190b", await without.GetAsync());
    }

    [Theory]
    [InlineData("return { { name = 'x', fields = { { id = { type = 'string' } } } } }", "schema of custom plugin entity 'probe.x' is invalid: schema violation (primary_key: required field missing)")]
    [InlineData("return { { name = 'x', primary_key = { 'id' }, fields = { { id = { type = 'strung' } } } } }", "invalid type: strung")]
    [InlineData("return 'no'", "custom plugin 'probe' returned non-array daos definition table")]
    [InlineData("return {", "daos.lua:1: unexpected symbol near '<eof>'")]
    public void What_is_no_schema_stops_the_start_with_a_line_that_says_why(string daos, string expected)
    {
        using PluginFolder folder = new PluginFolder().AddAccess("probe", "").File("kong/plugins/probe/daos.lua", daos);

        PluginLoadException failure = Assert.Throws<PluginLoadException>(() => folder.Load("probe"));

        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_by_name_is_as_good_as_a_list()
    {
        using PluginFolder folder = new PluginFolder().AddAccess("probe", "").File(
            "kong/plugins/probe/daos.lua",
            "return { things = { primary_key = { 'id' }, fields = { { id = require('kong.db.schema.typedefs').uuid } } } }");

        Assert.Equal("things", Assert.Single(folder.Load("probe")[0].EntitySchemas(Gibbon.Pdk.Schemas.SchemaOptions.Default)).Name);
    }

    private static string Configuration(string gadgets) => $$"""
        _format_version: "3.0"
        consumers:
        - username: bob
        routes:
        - name: all
          paths: ["/"]
        plugins:
        - name: probe
        gadgets:
        {{gadgets}}
        """;

    private static async Task<TestGateway> StartAsync(PluginFolder folder, string database)
    {
        Dictionary<string, string> settings = new() { ["database"] = database };
        bool isStored = database != "off";
        TestGateway gateway = await TestGateway.StartAsync(
            isStored ? "" : "_format_version: \"3.0\"", settings, folder.Load([("database", database)], "probe"), cancellation: Cancellation);
        if (!isStored)
        {
            return gateway;
        }

        foreach ((string path, object body) in new (string, object)[]
        {
            ("/consumers", new { username = "bob" }), ("/routes", new { name = "all", paths = new[] { "/" } }), ("/plugins", new { name = "probe" }),
        })
        {
            using HttpResponseMessage made = await gateway.Admin.PostAsJsonAsync(path, body, Cancellation);
            Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        }

        return gateway;
    }

    private static async Task<JsonElement> JsonAsync(TestGateway gateway, string path) =>
        JsonDocument.Parse(await gateway.Admin.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation)).RootElement;

    private static async Task<string> EvaluateAsync(TestGateway gateway, string expression)
    {
        using var content = new StringContent(expression);
        using HttpResponseMessage response = await gateway.Client.PostAsync(new Uri("/", UriKind.Relative), content, Cancellation);
        Assert.True(response.IsSuccessStatusCode, gateway.ErrorLog);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }
}
