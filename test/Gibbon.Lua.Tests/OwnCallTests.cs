using System.Net.Http.Json;
using Gibbon.Pdk.Schemas;
using Gibbon.Testing;

namespace Gibbon.Lua.Tests;

/// <summary>Spans of what plugins in Lua ask of the database and of others (<c>db_query</c>, <c>http_client</c>).</summary>
public sealed class OwnCallTests
{
    // The spans of one name, each with the attributes that are asked for.
    private const string Listing = """
        local function list(name, ...)
          local found = {}
          for _, span in ipairs(kong.tracing.get_spans()) do
            if span.name == name then
              local parts = { span.kind, span.parent.name, tostring(span.end_time_ns ~= nil) }
              for _, key in ipairs({ ... }) do parts[#parts + 1] = tostring(span.attributes and span.attributes[key]) end
              parts[#parts + 1] = span.events and span.events[1] and span.events[1].name or nil
              found[#found + 1] = table.concat(parts, " ")
            end
          end
          return table.concat(found, "\n")
        end

        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http_client")]
    [InlineData("all")]
    [InlineData("router")]
    public async Task What_resty_http_sends_is_a_step_of_the_request(string instrumentations)
    {
        await using FakeUpstream other = FakeUpstream.Start(UpstreamAnswer.Text("there", 202));
        using var folder = new PluginFolder();
        folder.AddAccess("probe", Listing + $$"""
            local client = require("resty.http").new()
            local good = assert(client:request_uri("http://127.0.0.1:{{other.Port}}/there?x=1", { method = "PUT", body = "b", headers = { ["User-Agent"] = "me" } }))
            local plain = assert(client:request_uri("http://127.0.0.1:{{other.Port}}/"))
            local bad = client:request_uri("http://user:word@127.0.0.1:1/nobody")
            kong.response.exit(200, good.status .. tostring(bad) .. "\n" .. list("kong.internal.request", "http.url", "http.method", "http.flavor", "http.user_agent", "http.status_code"))
            """);
        string answer = await AskAsync(folder, "off", instrumentations, "/");

        string parent = instrumentations == "all" ? "kong.access.plugin.probe" : "kong";
        Assert.Equal(
            instrumentations == "router"
                ? ["202nil", ""]
                : [
                    "202nil",
                    $"3 {parent} true http://127.0.0.1:{other.Port}/there?x=1 PUT 1.1 me 202",
                    $"3 {parent} true http://127.0.0.1:{other.Port}/ GET 1.1 lua-resty-http/0.17.2 (Lua) 202",
                    $"3 {parent} true http://127.0.0.1:1/nobody GET 1.1 lua-resty-http/0.17.2 (Lua) nil exception",
                ],
            answer.Split('\n'));
    }

    [Fact]
    public async Task What_kong_db_is_asked_for_is_a_query_of_the_request_whoever_goes_on_with_it()
    {
        using var folder = new PluginFolder();
        folder.AddAccess("probe", Listing + """
            local times = tonumber(kong.request.get_query_arg("times"))
            for _ = 1, times do
              ngx.sleep(0.001)
              assert(kong.db.consumers:select_by_username("bob"))
            end
            kong.response.exit(200, list("kong.database.query", "db.system", "db.statement"))
            """);
        await using TestGateway gateway = await StartAsync(folder, "sqlite", "db_query");

        // Many at once, in one state: each has its own queries and nobody else's.
        string[] answers = await Task.WhenAll(Enumerable.Range(1, 24).Select(times => gateway.Client.GetStringAsync(new Uri($"/?times={times}", UriKind.Relative), Cancellation)));

        for (int times = 1; times <= answers.Length; times++)
        {
            string[] queries = answers[times - 1].Split('\n');
            Assert.Equal(times, queries.Length);
            Assert.All(queries, static query => Assert.Matches("^1 kong true sqlite SELECT .*\"consumers\".*@username", query));
        }
    }

    private static async Task<string> AskAsync(PluginFolder folder, string database, string instrumentations, string path)
    {
        await using TestGateway gateway = await StartAsync(folder, database, instrumentations);
        return await gateway.Client.GetStringAsync(new Uri(path, UriKind.Relative), Cancellation);
    }

    private static async Task<TestGateway> StartAsync(PluginFolder folder, string database, string instrumentations)
    {
        bool isStored = database != "off";
        TestGateway gateway = await TestGateway.StartAsync(
            isStored ? "" : "{_format_version: '3.0', routes: [{name: all, paths: [/]}], plugins: [{name: probe}]}",
            new Dictionary<string, string> { ["database"] = database, ["tracing_instrumentations"] = instrumentations, ["tracing_sampling_rate"] = "1" },
            folder.Load([("database", database), ("tracing_instrumentations", new ValueList { instrumentations })], "probe"),
            cancellation: Cancellation);
        foreach ((string path, object body) in isStored
            ? new (string, object)[] { ("/consumers", new { username = "bob" }), ("/routes", new { name = "all", paths = new[] { "/" } }), ("/plugins", new { name = "probe" }) }
            : [])
        {
            using HttpResponseMessage made = await gateway.Admin.PostAsJsonAsync(path, body, Cancellation);
            Assert.True(made.IsSuccessStatusCode, await made.Content.ReadAsStringAsync(Cancellation));
        }

        return gateway;
    }
}
