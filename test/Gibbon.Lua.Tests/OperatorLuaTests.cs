using System.Net;
using System.Text.Json.Nodes;
using Gibbon.Testing;

namespace Gibbon.Lua.Tests;

/// <summary>What operators write in Lua into the configurations of plugins in C#.</summary>
public sealed class OperatorLuaTests
{
    private static readonly (string Lua, string? Expected)[] Fields =
    [
        ("return kong.request.get_header('x-who')", "\"bob\""),
        ("local path = kong.request.get_path() return path:upper():gsub('/', '')", "\"0SOME\""),
        ("return ngx.var.request_method .. ngx.status", "\"GET200\""),
        ("return { list = { 1, 2.5 }, flag = true }", "{\"flag\":true,\"list\":[1,2.5]}"),
        ("local sum = 0 for i = 1, 4 do sum = sum + i end return sum", "10"),
        ("return (function() return kong.client.get_ip() end)()", "\"127.0.0.1\""),
        ("leak = (leak or 0) + 1 return leak", "1"),
        ("ngx.sleep(0.001) return 'awake'", "\"awake\""),
        ("return kong.request.get_header('absent')", null),
        ("local nothing = 1", null),
    ];

    private static readonly (string Lua, string Told)[] Failures =
    [
        ("error('not today')", "not today"),
        ("return missing.field", "attempt to index global 'missing' (a nil value)"),
        ("return function() end", "value must be nil, a number, string, boolean or a non-self-referencial table containing numbers, string and booleans"),
        ("return os.execute('true')", "attempt to call field 'execute' (a nil value)"),
        ("return require('ffi')", "require 'ffi' not allowed within sandbox"),
    ];

    private static readonly (string Template, string Expected)[] Templates =
    [
        ("$((function() return headers['x-who']:rep(2) end)())", "bobbob"),
        ("$(({a = 'in a table'}).a)-$(1 + 1)", "in a table-2"),
        ("$(('%05d|%s'):format(42, query_params.q))", "00042|v"),
        ("$((function() local n = 0 for _ in ('a,b,c'):gmatch('[^,]+') do n = n + 1 end return n end)())", "3"),
        ("$(type({}))$(uri_captures.part)", "tableme"),
        ("$((function() shared.seen = 'kept' return shared.seen end)())", "kept"),
    ];

    [Fact]
    public async Task A_field_is_what_its_Lua_returns()
    {
        await using FakeUpstream server = FakeUpstream.Start();
        await using TestGateway gateway = await StartAsync(
            server,
            HttpLog(server, [.. Fields.Select(static (field, i) => ($"a.f{i}", field.Lua)), ("request.headers", "if ngx.status == 200 then return nil end")]));

        await GetAsync(gateway);
        await GetAsync(gateway);
        await EntryAsync(server);
        JsonNode entry = await EntryAsync(server);

        Assert.Equal(Fields.Select(static field => field.Expected), Fields.Select((_, i) => Sorted(entry["a"]![$"f{i}"])?.ToJsonString()));
        Assert.Null(entry["request"]!["headers"]);
    }

    [Fact]
    public async Task An_entry_whose_Lua_fails_is_not_sent_and_the_request_does_not_suffer()
    {
        await using FakeUpstream server = FakeUpstream.Start();
        await using TestGateway gateway = await StartAsync(server, [.. Failures.Select(failure => HttpLog(server, ("a.b", failure.Lua)))]);

        for (int i = 0; i < Failures.Length; i++)
        {
            await GetAsync(gateway, $"/{i}/some?q=v");
        }

        foreach ((_, string told) in Failures)
        {
            await Eventually.TrueAsync(() => gateway.ErrorLog.Contains(told, StringComparison.Ordinal));
        }

        Assert.DoesNotContain(server.Requests, static request => request.Method == "POST");
    }

    [Fact]
    public async Task What_is_no_Lua_is_refused_in_LuaJITs_words()
    {
        await using FakeUpstream server = FakeUpstream.Start();

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(server, HttpLog(server, ("a", "return ("))));

        Assert.Contains("Error parsing function: [string \"return (\"]:1: unexpected symbol near '<eof>'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_untrusted_Lua_there_are_no_fields_of_Lua()
    {
        await using FakeUpstream server = FakeUpstream.Start();

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => StartAsync(server, [HttpLog(server, ("a", "return 1"))], ("untrusted_lua", "off")));

        Assert.Contains("loading of untrusted Lua code disabled because 'untrusted_lua' config option is set to 'off'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lua_runs_where_no_plugin_is_written_in_Lua()
    {
        await using FakeUpstream server = FakeUpstream.Start();
        await using TestGateway gateway = await StartAsync(server, [HttpLog(server, ("a", "return kong.request.get_method()"))], ("plugins", "http-log"));

        await GetAsync(gateway);

        Assert.Equal("GET", (string?)(await EntryAsync(server))["a"]);
    }

    [Fact]
    public async Task A_template_may_be_more_than_an_expression()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway gateway = await StartAsync(upstream, Transformer([.. Templates.Select(static template => template.Template)]));

        await GetAsync(gateway);

        Assert.Equal(Templates.Select(static template => template.Expected), Templates.Select((_, i) => upstream.Requests[^1].Header($"x-{i}")));
    }

    [Theory]
    [InlineData("string.upper('a')", "sandbox", "string", "A")]
    [InlineData("tostring(1) .. string.lower('B')", "on", "", "1b")]
    public async Task Templates_see_what_the_settings_let_them_see(string expression, string mode, string environment, string expected)
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway gateway = await StartAsync(
            upstream, [Transformer($"$({expression})")], ("untrusted_lua", mode), ("untrusted_lua_sandbox_environment", environment));

        await GetAsync(gateway);

        Assert.Equal(expected, upstream.Requests[^1].Header("x-0"));
    }

    [Fact]
    public async Task A_template_whose_Lua_fails_fails_the_request()
    {
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway gateway = await StartAsync(upstream, Transformer("$((function() return string.upper('a') end)())"));

        using HttpResponseMessage response = await gateway.Client.GetAsync(new Uri("/0/some", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        await Eventually.TrueAsync(() => gateway.ErrorLog.Contains("attempt to index global 'string' (a nil value)", StringComparison.Ordinal));
    }

    private static string HttpLog(FakeUpstream server, params (string Path, string Lua)[] fields) =>
        $"{{name: http-log, config: {{http_endpoint: '{server.Url}/log', custom_fields_by_lua: "
        + $"{new JsonObject(fields.Select(static field => KeyValuePair.Create(field.Path, (JsonNode?)field.Lua))).ToJsonString()}}}}}";

    private static string Transformer(params string[] templates) =>
        $"{{name: request-transformer, config: {{add: {{headers: {new JsonArray([.. templates.Select(static (template, i) => (JsonNode?)$"x-{i}:{template}")]).ToJsonString()}}}}}}}";

    private static Task<TestGateway> StartAsync(FakeUpstream upstream, params string[] plugins) => StartAsync(upstream, plugins, []);

    // Each plugin has a route of its own.
    private static Task<TestGateway> StartAsync(FakeUpstream upstream, string[] plugins, params (string Name, string Value)[] settings)
    {
        var all = settings.ToDictionary(static setting => setting.Name, static setting => setting.Value);
        all["nginx_worker_processes"] = "1";
        return TestGateway.StartAsync(
            $"""
            _format_version: "3.0"
            services:
            - name: echo
              url: {upstream.Url}
              routes:
            {string.Join('\n', plugins.Select(static (plugin, i) => $"  - {{name: r{i}, paths: ['~/{i}/so(?<part>me)'], plugins: [{plugin}]}}"))}
            """,
            all,
            loaders: [new LuaPluginLoader()],
            cancellation: TestContext.Current.CancellationToken);
    }

    private static async Task GetAsync(TestGateway gateway, string path = "/0/some?q=v")
    {
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Add("x-who", "bob");
        using HttpResponseMessage response = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{(int)response.StatusCode}\n{gateway.ErrorLog}");
    }

    private static async Task<JsonNode> EntryAsync(FakeUpstream server)
    {
        while (true)
        {
            ReceivedRequest request = await server.NextRequestAsync();
            if (request.Method == "POST")
            {
                return JsonNode.Parse(request.Text)!;
            }
        }
    }

    // The order of a table's names is nobody's promise.
    private static JsonNode? Sorted(JsonNode? node) => node is JsonObject map
        ? new JsonObject(map.OrderBy(static item => item.Key, StringComparer.Ordinal).Select(static item => KeyValuePair.Create(item.Key, item.Value?.DeepClone())))
        : node;
}
