using Gibbon.Pdk;
using Gibbon.Pdk.Entities;

namespace Gibbon.Lua.Tests;

/// <summary>What a getter has answered is kept in Lua for as long as nothing can have changed it; who asks never sees that.</summary>
public sealed class KeptGetterTests
{
    private static readonly Dictionary<string, string> OneState = new() { ["nginx_worker_processes"] = "1" };

    // Often enough to be compiled: each setter with its getter, in turns.
    [Theory]
    [InlineData("kong.service.request.set_method(value)", "kong.request.get_method()", "PUT", "PATCH")]
    [InlineData("ngx.req.set_method(value == 'PUT' and ngx.HTTP_PUT or ngx.HTTP_PATCH)", "kong.request.get_method()", "PUT", "PATCH")]
    [InlineData("kong.service.request.set_raw_query(value)", "kong.request.get_raw_query()", "q=1", "q=22&p")]
    [InlineData("kong.service.request.set_raw_query('q=' .. value)", "kong.request.get_query_arg('q')", "one", "%00")]
    [InlineData("kong.service.request.set_query({ q = value })", "kong.request.get_query_arg('q')", "one", "two")]
    [InlineData("ngx.req.set_uri_args('q=' .. value)", "kong.request.get_query_arg('q')", "one", "three")]
    [InlineData("ngx.var.args = 'q=' .. value", "kong.request.get_query_arg('q')", "one", "three")]
    [InlineData("ngx.var.upstream_uri = '/x?q=' .. value", "kong.request.get_query_arg('q')", "one", "three")]
    [InlineData("kong.client.authenticate({ id = 'b0b00000-0000-4000-8000-000000000000', username = value })", "kong.client.get_consumer().username", "alice", "bob")]
    public async Task A_getter_after_a_setter_answers_what_was_set(string set, string get, string one, string other)
    {
        await using LuaScene scene = await LuaScene.AccessAsync($$"""
            local decoded = { ["%00"] = "\0" }
            local function set(value) {{set}} end
            for round = 1, 200 do
              for _, value in ipairs({ "{{one}}", "{{other}}" }) do
                set(value)
                for time = 1, 3 do
                  local got = {{get}}
                  assert(got == (decoded[value] or value), "round " .. round .. ": " .. tostring(got) .. " in place of " .. value)
                end
              end
            end
            kong.response.exit(200, "as set")
            """);

        Assert.Equal("as set", await scene.GetAsync("/?p"));
    }

    [Fact]
    public async Task An_argument_that_is_taken_away_is_no_more_and_a_flag_is_true()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local get = kong.request.get_query_arg
            local seen = { tostring(get("a")), tostring(get("b")), tostring(get("c")), tostring(get("a")), tostring(get("c")) }
            kong.service.request.clear_query_arg("a")
            for _, name in ipairs({ "a", "b", "c" }) do seen[#seen + 1] = tostring(get(name)) end
            kong.response.exit(200, table.concat(seen, " "))
            """);

        Assert.Equal("1 true nil 1 nil nil true nil", await scene.GetAsync("/?a=1&b"));
    }

    [Fact]
    public async Task Requests_that_take_turns_in_one_state_each_get_their_own_answers()
    {
        await using LuaScene scene = await LuaScene.AccessAsync(
            """
            local request, client = kong.request, kong.client
            local own = request.get_header("x-own")
            if own:byte(-1) % 2 == 0 then
              kong.service.request.set_method("PUT")
              client.authenticate({ id = "b0b00000-0000-4000-8000-000000000000", username = own })
            end
            local function all()
              local consumer = client.get_consumer()
              return table.concat({
                request.get_method(), request.get_path(), request.get_raw_path(), request.get_path_with_query(), request.get_raw_query(), request.get_host(), request.get_header("x-own"),
                request.get_header("X_Own"), tostring(request.get_query_arg("q")), request.get_id and request.get_id() or "", request.get_start_time(), client.get_port(),
                request.get_forwarded_path(), consumer and consumer.username or "none",
              }, " ")
            end
            local first = all()
            assert(first:find("/" .. own .. " ", 1, true) and first:find("q=" .. own, 1, true) and first:find(own .. ".example", 1, true), first)
            for _ = 1, 20 do
              ngx.sleep(0.001)
              for _ = 1, 10 do
                local now = all()
                assert(now == first, now .. " in place of " .. first)
              end
            end
            kong.response.exit(200, own)
            """,
            OneState);

        string[] names = [.. Enumerable.Range(100, 40).Select(static number => $"n{number}")];
        string[] answers = await Task.WhenAll(names.Select(async name =>
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"/{name}?q={name}");
            request.Headers.Host = $"{name}.example";
            request.Headers.Add("X-Own", name);
            using HttpResponseMessage response = await scene.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }));

        Assert.Equal(names, answers);
    }

    [Fact]
    public async Task Light_threads_and_coroutines_of_a_plugin_get_the_answers_of_their_request()
    {
        await using LuaScene scene = await LuaScene.AccessAsync(
            """
            local path = kong.request.get_path()
            local seen = {}
            local threads = {}
            for number = 1, 3 do
              threads[number] = ngx.thread.spawn(function()
                for _ = 1, 5 do
                  ngx.sleep(0.001)
                  assert(kong.request.get_path() == path and kong.request.get_header("x-own") == path:sub(2), "another request's")
                end
              end)
            end
            for _, thread in ipairs(threads) do assert(ngx.thread.wait(thread)) end
            kong.response.exit(200, coroutine.wrap(function() return kong.request.get_path() end)())
            """,
            OneState);

        string[] paths = [.. Enumerable.Range(100, 12).Select(static number => $"/n{number}")];
        string[] answers = await Task.WhenAll(paths.Select(async path =>
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path);
            request.Headers.Add("X-Own", path[1..]);
            using HttpResponseMessage response = await scene.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }));

        Assert.Equal(paths, answers);
    }

    [Fact]
    public async Task What_a_plugin_in_CSharp_sets_between_two_in_Lua_the_second_sees_and_later_phases_too()
    {
        PluginFolder folder = new PluginFolder().Add("first", Handler(2000)).Add("probe", Handler(500, """
            function handler:header_filter()
              kong.response.set_header("X-Seen", kong.ctx.shared.seen .. " | " .. all())
            end
            """));
        await using LuaScene scene = await LuaScene.StartAsync(folder, loaded => [.. loaded.Load("first", "probe"), new Between()]);

        using HttpResponseMessage response = await scene.SendAsync("/some?a=1");

        string[] seen = response.Headers.GetValues("X-Seen").Single().Split(" | ");
        Assert.Equal(["GET a=1 1 nil", "DELETE b=2 nil carol", "DELETE b=2 nil carol"], seen);
    }

    [Fact]
    public async Task The_wrong_phase_is_an_error_also_where_an_answer_is_kept()
    {
        PluginFolder folder = new PluginFolder().Add("probe", """
            local handler = { PRIORITY = 1000, VERSION = "1.0.0" }
            local function why(f, ...) return select(2, pcall(f, ...)) end
            local seen = {}
            function handler:rewrite()
              kong.request.get_path() kong.client.get_ip() kong.request.get_header("host") kong.request.get_port()
              seen.rewrite = why(kong.client.get_consumer)
            end
            function handler:access()
              if kong.request.get_path() == "/told" then
                if not seen.timer then return kong.response.exit(202) end
                return kong.response.exit(200, seen.rewrite .. "\n" .. seen.timer)
              end
              kong.client.get_consumer()
              ngx.timer.at(0, function()
                local lines = {}
                for _, f in ipairs({ kong.request.get_path, kong.request.get_header, kong.request.get_query_arg, kong.client.get_ip, kong.client.get_consumer, kong.request.get_port }) do
                  local ok, err = pcall(f, "host")
                  lines[#lines + 1] = tostring(ok) .. " " .. tostring(err):gsub("^.-: ", "")
                end
                seen.timer = table.concat(lines, "\n") .. "\n" .. kong.node.get_id()
              end)
            end
            return handler
            """);
        await using LuaScene scene = await LuaScene.StartAsync(folder, static loaded => loaded.Load("probe"));
        await scene.GetAsync("/other");
        string told = "";
        await Eventually.TrueAsync(async () => (told = await scene.GetAsync("/told")).Length > 0);

        string[] lines = told.Split('\n');
        Assert.Contains("function cannot be called in rewrite phase (only in: access, response, header_filter, body_filter, log)", lines[0], StringComparison.Ordinal);
        Assert.All(lines[1..7], static line => Assert.StartsWith("false ", line, StringComparison.Ordinal));
        Assert.Contains("no phase in ngx.ctx.KONG_PHASE", lines[1], StringComparison.Ordinal);
        Assert.Contains("no request found", lines[4], StringComparison.Ordinal);
        Assert.Equal(36, lines[7].Length);
    }

    [Fact]
    public async Task Texts_of_any_length_follow_each_other_in_one_place()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("kong.response.exit(200, kong.request.get_path() .. ' ' .. tostring(kong.request.get_header('x-long')))", OneState);

        foreach (int length in (int[])[3, 3, 1500, 3, 0, 0, 1024, 1023, 1500, 1500, 1])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"/{new string('p', length)}");
            if (length > 0)
            {
                request.Headers.Add("X-Long", new string('l', length));
            }

            using HttpResponseMessage response = await scene.Client.SendAsync(request, TestContext.Current.CancellationToken);
            string told = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.Equal($"/{new string('p', length)} {(length > 0 ? new string('l', length) : "nil")}", told);
        }
    }

    private static string Handler(int priority, string more = "") => $$"""
        local handler = { PRIORITY = {{priority}}, VERSION = "1.0.0" }
        local function all()
          local consumer = kong.client.get_consumer()
          return table.concat({
            kong.request.get_method(), kong.request.get_raw_query(), tostring(kong.request.get_query_arg("a")), consumer and consumer.username or "nil",
          }, " ")
        end
        local function note(text)
          local before = kong.ctx.shared.seen
          kong.ctx.shared.seen = before and before .. " | " .. text or text
        end
        function handler:access(conf)
          note(all())
        end
        {{more}}
        return handler
        """;

    // Between the two in Lua, and in the same phase.
    private sealed class Between : Plugin<BetweenConfig>
    {
        public override string Name => "between";

        public override int Priority => 1000;

        public override string Version => "1.0.0";

        public override ValueTask AccessAsync(RequestContext context, BetweenConfig config)
        {
            context.Service.Request.SetMethod("DELETE");
            context.Service.Request.SetRawQuery("b=2");
            context.Client.Authenticate(new Consumer { Id = Guid.NewGuid(), Username = "carol" }, null);
            return ValueTask.CompletedTask;
        }
    }

    private sealed record BetweenConfig;
}
