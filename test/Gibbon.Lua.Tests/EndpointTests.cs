using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gibbon.Testing;

namespace Gibbon.Lua.Tests;

/// <summary>A plugin's <c>api.lua</c> and <c>status_api.lua</c>.</summary>
public sealed class EndpointTests
{
    private const string Daos = """
        local typedefs = require "kong.db.schema.typedefs"
        return { {
          name = "gadgets", primary_key = { "id" }, endpoint_key = "name", workspaceable = true,
          fields = {
            { id = typedefs.uuid },
            { consumer = { type = "foreign", reference = "consumers" } },
            { name = { type = "string", required = true, unique = true } },
            { size = { type = "integer" } },
          },
        } }
        """;

    private const string Api = """
        local endpoints = require "kong.api.endpoints"
        local schema = kong.db.gadgets.schema
        local consumers = kong.db.consumers.schema

        return {
          ["/gadgets"] = {
            schema = schema,
            methods = {
              POST = function(self, db, helpers, parent)
                self.args.post.name = self.args.post.name .. "!"
                return parent(function(entity)
                  entity.seen = true
                  return entity
                end)
              end,
            },
          },
          ["/gadgets/:gadgets/of/:owner"] = {
            schema = schema,
            methods = {
              before = function(self, db, helpers)
                if self.params.owner == "nobody" then
                  return kong.response.exit(404, { message = "No such owner" })
                end
              end,
              GET = function(self, db, helpers)
                return kong.response.exit(200, {
                  gadget = self.params.gadgets, owner = self.params.owner, query = self.args.uri, method = kong.request.get_method(),
                  header = kong.request.get_header("X-Thing"), arg = kong.request.get_query_arg("a"), path = kong.request.get_path(),
                }, { ["X-Own"] = "yes" })
              end,
              PUT = function(self, db)
                ngx.status = 202
                ngx.header["X-Raw"] = ngx.req.get_body_data()
                ngx.say("size ", type(self.args.post.size), " ", self.args.post.size)
              end,
              POST = function()
                kong.log.warn("about to break")
                ngx.thread.wait(ngx.thread.spawn(function() kong.log.warn("beside it") end))
                error("it broke")
              end,
              PATCH = function(self, db, helpers)
                local _, _, err_t = db.gadgets:insert({ name = "one!" })
                return helpers.yield_error(err_t)
              end,
              DELETE = function() return { status = 418, json = { tea = true } } end,
            },
          },
          ["/all-gadgets"] = { schema = schema, methods = { GET = endpoints.get_collection_endpoint(schema) } },
          ["/owners/:consumers/gadgets"] = {
            schema = schema,
            methods = {
              GET = endpoints.get_collection_endpoint(schema, consumers, "consumer"),
              POST = endpoints.post_collection_endpoint(schema, consumers, "consumer"),
            },
          },
          ["/owners/:consumers/gadgets/:gadgets"] = {
            schema = schema,
            methods = {
              GET = endpoints.get_entity_endpoint(consumers, schema, "consumer"),
              PUT = endpoints.put_entity_endpoint(consumers, schema, "consumer"),
              PATCH = endpoints.patch_entity_endpoint(consumers, schema, "consumer"),
              DELETE = endpoints.delete_entity_endpoint(consumers, schema, "consumer"),
            },
          },
          ["/gadgets/:gadgets/consumer"] = endpoints.disable,
        }
        """;

    private const string StatusApi = """
        return { ["/gadget-status"] = { GET = function() return kong.response.exit(200, "fine") end } }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_endpoint_gets_the_parts_of_its_path_and_answers()
    {
        using PluginFolder folder = Folder();
        await using TestGateway gateway = await StartAsync(folder);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/gadgets/a%20b/of/bob?a=1&a=2&b") { Headers = { { "X-Thing", "t" } } };
        using HttpResponseMessage response = await gateway.Admin.SendAsync(request, Cancellation);
        JsonElement answer = await JsonAsync(response);

        Assert.Equal(
            """{"arg":"1","gadget":"a b","header":"t","method":"GET","owner":"bob","path":"/gadgets/a%20b/of/bob","query":{"a":["1","2"],"b":true}}""",
            JsonSerializer.Serialize(Sorted(answer)));
        Assert.Equal("yes", response.Headers.GetValues("X-Own").Single());
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
    }

    [Fact]
    public async Task What_runs_before_may_answer_and_an_error_is_an_error_of_the_gateway()
    {
        using PluginFolder folder = Folder();
        await using TestGateway gateway = await StartAsync(folder);

        using HttpResponseMessage before = await gateway.Admin.GetAsync(new Uri("/gadgets/a/of/nobody", UriKind.Relative), Cancellation);
        Assert.Equal((HttpStatusCode.NotFound, """{"message":"No such owner"}"""), (before.StatusCode, await before.Content.ReadAsStringAsync(Cancellation)));
        using HttpResponseMessage broken = await gateway.Admin.PostAsJsonAsync("/gadgets/a/of/b", new { }, Cancellation);
        Assert.Equal((HttpStatusCode.InternalServerError, """{"message":"An unexpected error occurred"}"""), (broken.StatusCode, await broken.Content.ReadAsStringAsync(Cancellation)));
        await Eventually.TrueAsync(() => gateway.ErrorLog.Contains("api.lua:", StringComparison.Ordinal));
        using HttpResponseMessage tea = await gateway.Admin.DeleteAsync(new Uri("/gadgets/a/of/b", UriKind.Relative), Cancellation);
        Assert.Equal(((HttpStatusCode)418, """{"tea":true}"""), (tea.StatusCode, await tea.Content.ReadAsStringAsync(Cancellation)));
        using HttpResponseMessage disabled = await gateway.Admin.GetAsync(new Uri("/gadgets/a/consumer", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, disabled.StatusCode);
        Assert.Equal("fine", await new HttpClient().GetStringAsync(new Uri($"http://127.0.0.1:{gateway.StatusPort}/gadget-status"), Cancellation));
    }

    [Fact]
    public async Task What_an_endpoint_writes_is_in_the_log_of_the_Admin_API()
    {
        using PluginFolder folder = Folder();
        await using TestGateway gateway = await StartAsync(folder, ("admin_error_log", "logs/admin_error.log"));

        using HttpResponseMessage broken = await gateway.Admin.PostAsJsonAsync("/gadgets/a/of/b", new { }, Cancellation);

        Assert.Equal(HttpStatusCode.InternalServerError, broken.StatusCode);
        string[] lines = [];
        await Eventually.TrueAsync(() => (lines = Lines(Path.Combine(gateway.Prefix, "logs", "admin_error.log"))).Any(static line => line.Contains("it broke", StringComparison.Ordinal)));
        string told = Assert.Single(lines, static line => line.Contains("about to break", StringComparison.Ordinal));
        Assert.Contains("[warn]", told, StringComparison.Ordinal);
        Assert.Contains("[probe] about to break", told, StringComparison.Ordinal);
        Assert.EndsWith("client: 127.0.0.1, request: \"POST /gadgets/:gadgets/of/:owner\"", told, StringComparison.Ordinal);
        Assert.Single(lines, static line => line.Contains("[probe] beside it", StringComparison.Ordinal));
        Assert.DoesNotContain("it broke", gateway.ErrorLog, StringComparison.Ordinal);
        Assert.DoesNotContain("about to break", gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_has_the_types_of_the_schema_and_what_is_written_is_the_answer()
    {
        using PluginFolder folder = Folder();
        await using TestGateway gateway = await StartAsync(folder);

        using var form = new FormUrlEncodedContent([KeyValuePair.Create("size", "7")]);
        using HttpResponseMessage response = await gateway.Admin.PutAsync(new Uri("/gadgets/a/of/b", UriKind.Relative), form, Cancellation);

        Assert.Equal((HttpStatusCode.Accepted, "size number 7\n"), (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal("size=7", response.Headers.GetValues("X-Raw").Single());
    }

    [Fact]
    public async Task The_handlers_for_entities_work_at_other_paths_and_around_the_gateways_own()
    {
        using PluginFolder folder = Folder();
        await using TestGateway gateway = await StartAsync(folder);

        using HttpResponseMessage made = await gateway.Admin.PostAsJsonAsync("/gadgets", new { name = "one" }, Cancellation);
        JsonElement one = await JsonAsync(made);
        Assert.Equal((HttpStatusCode.Created, "one!", true), (made.StatusCode, one.GetProperty("name").GetString(), one.GetProperty("seen").GetBoolean()));
        using HttpResponseMessage conflict = await gateway.Admin.PatchAsJsonAsync("/gadgets/a/of/b", new { }, Cancellation);
        Assert.Equal(HttpStatusCode.Conflict, conflict.StatusCode);

        using HttpResponseMessage two = await gateway.Admin.PostAsJsonAsync("/owners/bob/gadgets", new { name = "two" }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, two.StatusCode);
        using HttpResponseMessage three = await gateway.Admin.PutAsJsonAsync("/owners/bob/gadgets/three", new { size = 3 }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, three.StatusCode);
        using HttpResponseMessage patched = await gateway.Admin.PatchAsJsonAsync("/owners/bob/gadgets/three", new { size = 4 }, Cancellation);
        Assert.Equal(4, (await JsonAsync(patched)).GetProperty("size").GetInt32());
        using HttpResponseMessage foreign = await gateway.Admin.GetAsync(new Uri("/owners/bob/gadgets/one!", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, foreign.StatusCode);
        using HttpResponseMessage wrong = await gateway.Admin.PostAsJsonAsync("/owners/bob/gadgets", new { size = "x" }, Cancellation);
        JsonElement fault = await JsonAsync(wrong);
        Assert.Equal((HttpStatusCode.BadRequest, "schema violation"), (wrong.StatusCode, fault.GetProperty("name").GetString()));
        Assert.Equal(2, (await GetAsync(gateway, "/owners/bob/gadgets")).GetProperty("data").GetArrayLength());
        JsonElement page = await GetAsync(gateway, "/all-gadgets?size=2");
        Assert.Equal(2, page.GetProperty("data").GetArrayLength());
        Assert.StartsWith("/gadgets?offset=", page.GetProperty("next").GetString(), StringComparison.Ordinal);
        using HttpResponseMessage gone = await gateway.Admin.DeleteAsync(new Uri("/owners/bob/gadgets/three", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        using HttpResponseMessage nobody = await gateway.Admin.GetAsync(new Uri("/owners/nobody/gadgets", UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.NotFound, nobody.StatusCode);
    }

    [Fact]
    public async Task A_file_with_endpoints_that_is_no_Lua_stops_the_start()
    {
        using PluginFolder folder = new PluginFolder().AddAccess("probe", "").File("kong/plugins/probe/api.lua", "return {\n  x = = 1 }");

        Pdk.PluginLoadException failure = Assert.Throws<Pdk.PluginLoadException>(() => folder.Load("probe"));

        Assert.Contains("api.lua:2: unexpected symbol near '='", failure.Message, StringComparison.Ordinal);
        await Task.CompletedTask;
    }

    private static PluginFolder Folder() => new PluginFolder().AddAccess("probe", "")
        .File("kong/plugins/probe/daos.lua", Daos).File("kong/plugins/probe/api.lua", Api).File("kong/plugins/probe/status_api.lua", StatusApi);

    private static string[] Lines(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().Split('\n');
    }

    private static async Task<TestGateway> StartAsync(PluginFolder folder, params (string Name, string Value)[] settings)
    {
        Dictionary<string, string> all = new(StringComparer.Ordinal) { ["database"] = "sqlite" };
        foreach ((string name, string value) in settings)
        {
            all[name] = value;
        }

        TestGateway gateway = await TestGateway.StartAsync(
            "", all, folder.Load([("database", "sqlite")], "probe"), cancellation: Cancellation);
        using HttpResponseMessage made = await gateway.Admin.PostAsJsonAsync("/consumers", new { username = "bob" }, Cancellation);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        return gateway;
    }

    private static async Task<JsonElement> GetAsync(TestGateway gateway, string path) =>
        JsonDocument.Parse(await gateway.Admin.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation)).RootElement;

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement;

    // Lua keeps no order of keys.
    private static object? Sorted(JsonElement element) => element.ValueKind == JsonValueKind.Object
        ? new SortedDictionary<string, object?>(element.EnumerateObject().ToDictionary(static item => item.Name, static item => Sorted(item.Value)), StringComparer.Ordinal)
        : element;
}
