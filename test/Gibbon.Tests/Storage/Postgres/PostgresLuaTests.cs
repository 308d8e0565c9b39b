using System.Net.Http.Json;
using Gibbon.Testing;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>Plugins in Lua on a database, whose default workspace has an id of its own.</summary>
public sealed class PostgresLuaTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const string Handler = """
        local Queue = require "kong.tools.queue"
        local handler = { PRIORITY = 1000, VERSION = "1.0.0" }
        function handler:access(conf)
          local bob, err = kong.db.consumers:select_by_username("bob", { show_ws_id = true })
          local made = assert(kong.db.consumers:insert({ username = "made-in-lua" }, { show_ws_id = true }))
          local cached = assert(kong.cache:get(kong.db.keyauth_credentials:cache_key("known"), nil, function()
            return kong.db.keyauth_credentials:select_by_key("known", { show_ws_id = true })
          end))
          assert(Queue.enqueue({
            name = "probe", log_tag = "probe", max_batch_size = 1, max_coalescing_delay = 0, max_entries = 10, max_retry_time = 1, initial_retry_delay = 0.01,
            max_retry_delay = 0.01, concurrency_limit = 1,
          }, function() return true end, {}, "entry"))
          kong.response.exit(200, {
            default = kong.default_workspace, given = require("kong.workspaces").get_workspace_id(), entity = bob and bob.ws_id or err, made = made.ws_id,
            key = kong.db.consumers:cache_key(bob), of_value = kong.db.keyauth_credentials:cache_key("known"), cached = cached.ws_id,
            queue = Queue.exists("probe"), other = Queue.exists("none"),
          })
        end
        return handler
        """;

    private const string Schema = """return { name = "probe", fields = { { config = { type = "record", fields = {} } } } }""";

    [Fact]
    public async Task They_see_the_workspace_that_the_database_has()
    {
        await PostgresMigrations.BootstrapAsync(database);
        string workspace = database.Text("SELECT id FROM workspaces WHERE name = 'default'")!;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("gibbon-lua-");
        try
        {
            string plugin = Directory.CreateDirectory(Path.Combine(folder.FullName, "kong", "plugins", "probe")).FullName;
            await File.WriteAllTextAsync(Path.Combine(plugin, "handler.lua"), Handler);
            await File.WriteAllTextAsync(Path.Combine(plugin, "schema.lua"), Schema);
            Dictionary<string, string> settings = database.Variables.ToDictionary(static pair => pair.Key["KONG_".Length..].ToLowerInvariant(), static pair => pair.Value);
            settings["plugins"] = "bundled,probe";
            settings["lua_package_path"] = $"{folder.FullName}/?.lua";
            await using TestGateway gateway = await TestGateway.StartAsync("", settings, loaders: Gibbon.Cli.Installed.Parts.Loaders);
            foreach ((string path, object body) in new (string, object)[]
            {
                ("/consumers", new { username = "bob" }), ("/consumers/bob/key-auth", new { key = "known" }), ("/routes", new { paths = new[] { "/" } }), ("/plugins", new { name = "probe" }),
            })
            {
                using HttpResponseMessage written = await gateway.Admin.PostAsJsonAsync(path, body);
                Assert.True(written.IsSuccessStatusCode, await written.Content.ReadAsStringAsync());
            }

            using HttpResponseMessage answer = await gateway.Client.GetAsync("/");
            Assert.True(answer.IsSuccessStatusCode, gateway.ErrorLog);
            var seen = (await answer.Content.ReadFromJsonAsync<Dictionary<string, object>>())!.ToDictionary(static pair => pair.Key, static pair => $"{pair.Value}");

            string bob = database.Text("SELECT id FROM consumers WHERE username = 'bob'")!;
            Assert.NotEqual(Gibbon.Storage.Declarative.DeclarativeLoader.DefaultWorkspace.ToString(), workspace);
            Assert.All(["default", "given", "entity", "made", "cached"], name => Assert.Equal(workspace, seen[name]));
            Assert.Equal($"consumers:{bob}:::::{workspace}", seen["key"]);
            Assert.Equal($"keyauth_credentials:known:::::{workspace}", seen["of_value"]);
            Assert.Equal(("True", "False"), (seen["queue"], seen["other"]));
            Assert.Equal(workspace, database.Text("SELECT ws_id FROM consumers WHERE username = 'made-in-lua'"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
