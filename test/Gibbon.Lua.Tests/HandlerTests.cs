using System.Net;
using System.Text;
using System.Text.Json;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Lua.Tests;

public sealed class HandlerTests
{
    [Fact]
    public async Task A_plugin_sets_a_header_for_the_service_and_one_for_the_client()
    {
        var folder = new PluginFolder().Add("probe", """
            local handler = { PRIORITY = 900, VERSION = "0.1.2" }
            function handler:access(conf) kong.service.request.set_header("X-Word", conf.word) end
            function handler:header_filter(conf) kong.response.set_header("X-Seen", kong.response.get_source()) end
            return handler
            """);
        await using LuaScene scene = await LuaScene.StartAsync(folder, static f => f.Load("probe"), "{word: servus}");

        using HttpResponseMessage response = await scene.SendAsync();
        JsonElement echo = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;

        Assert.Contains(echo.GetProperty("headers").EnumerateArray(), header => header[0].GetString() == "X-Word" && header[1].GetString() == "servus");
        Assert.Equal("service", response.Headers.GetValues("X-Seen").Single());
    }

    [Fact]
    public async Task An_answer_passes_through_pcall_and_ends_the_phase()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local ok, err = pcall(function() kong.response.exit(418, { message = "tea" }) end)
            kong.response.exit(500, "came back: " .. tostring(err))
            """);

        using HttpResponseMessage response = await scene.SendAsync();

        Assert.Equal((HttpStatusCode)418, response.StatusCode);
        Assert.Equal("""{"message":"tea"}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_error_answers_500_and_the_log_names_file_and_line()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("local nothing = nil; return nothing.field");

        using HttpResponseMessage response = await scene.SendAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        await Eventually.TrueAsync(() => scene.Gateway.ErrorLog.Contains("handler.lua:3: attempt to index", StringComparison.Ordinal)
            && scene.Gateway.ErrorLog.Contains("stack traceback", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_requests_share_is_the_same_for_plugins_in_Lua_and_in_CSharp()
    {
        var folder = new PluginFolder().Add("probe", """
            local handler = { PRIORITY = 900, VERSION = "1.0.0" }
            function handler:access()
              local shared = kong.ctx.shared
              shared.word, shared.gone, shared.f = "x", "y", print
              shared.list = { "a", { b = 1 } }
              shared.gone = nil
              local names = {}
              for name in pairs(shared) do names[#names + 1] = name end
              table.sort(names)
              kong.ctx.plugin.names = table.concat(names, " ")
            end
            function handler:header_filter()
              local shared = kong.ctx.shared
              kong.response.set_header("X-Seen", kong.ctx.plugin.names .. " " .. shared.answer.words[2] .. " " .. type(shared.f) .. " " .. tostring(shared.nothing))
            end
            return handler
            """);
        await using LuaScene scene = await LuaScene.StartAsync(folder, static f => [.. f.Load("probe"), new Sharing()]);

        using HttpResponseMessage response = await scene.SendAsync();

        Assert.Equal("f list word two function nil", response.Headers.GetValues("X-Seen").Single());
        Assert.Equal("""{"word":"x","list":["a",{"b":1}]}""", response.Headers.GetValues("X-Shared").Single());
    }

    [Fact]
    public async Task The_context_of_a_plugin_lasts_through_its_phases_and_ends_with_the_request()
    {
        var folder = new PluginFolder().Add("probe", """
            local handler = { PRIORITY = 900, VERSION = "1.0.0" }
            function handler:access()
              kong.ctx.plugin.count = (kong.ctx.plugin.count or 0) + 1
              kong.ctx.shared.word = (kong.ctx.shared.word or "") .. "x"
              ngx.ctx.mine = (ngx.ctx.mine or "") .. "y"
            end
            function handler:header_filter()
              kong.response.set_header("X-Seen", kong.ctx.plugin.count .. kong.ctx.shared.word .. ngx.ctx.mine)
            end
            return handler
            """);
        await using LuaScene scene = await LuaScene.StartAsync(folder, static f => f.Load("probe"));

        for (int request = 0; request < 20; request++)
        {
            using HttpResponseMessage response = await scene.SendAsync();
            Assert.Equal("1xy", response.Headers.GetValues("X-Seen").Single());
        }
    }

    [Fact]
    public async Task Many_requests_may_sleep_at_once_in_one_state()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local before = kong.request.get_query_arg("n")
            ngx.sleep(0.2)
            kong.response.exit(200, before .. kong.request.get_query_arg("n"))
            """);

        string[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => scene.GetAsync($"/?n={n}")));

        Assert.Equal(Enumerable.Range(0, 200).Select(static n => $"{n}{n}"), answers);
    }

    [Fact]
    public async Task A_wait_inside_of_a_plugins_own_coroutine_does_not_end_that_coroutine()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local numbers = coroutine.wrap(function()
              for i = 1, 3 do
                ngx.sleep(0.001)
                coroutine.yield(i)
              end
            end)
            kong.response.exit(200, numbers() .. "," .. numbers() .. "," .. numbers())
            """);

        Assert.Equal("1,2,3", await scene.GetAsync());
    }

    [Fact]
    public async Task Light_threads_run_beside_each_other_and_are_waited_for()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local function work(seconds, word)
              ngx.sleep(seconds)
              return word
            end
            local a, b = ngx.thread.spawn(work, 0.05, "slow"), ngx.thread.spawn(work, 0, "fast")
            local _, first = ngx.thread.wait(a, b)
            local _, second = ngx.thread.wait(a, b)
            kong.response.exit(200, first .. " " .. second)
            """);

        Assert.Equal("fast slow", await scene.GetAsync());
    }

    [Fact]
    public async Task A_timer_runs_after_the_request_and_without_its_functions()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local dict = ngx.shared.kong
            if kong.request.get_path() == "/read" then
              return kong.response.exit(200, dict:get("timer") or "nothing yet")
            end
            ngx.timer.at(0, function(premature, word)
              local ok, err = pcall(kong.request.get_path)
              dict:set("timer", word .. ": " .. err)
            end, "told")
            kong.response.exit(200)
            """);

        await scene.GetAsync("/start");

        await Eventually.TrueAsync(async () => (await scene.GetAsync("/read")).StartsWith("told: no phase in ngx.ctx.KONG_PHASE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_value_is_loaded_into_the_cache_once_for_all_who_ask()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local value, err, level = kong.cache:get("probe:key", { ttl = 60 }, function(word)
              ngx.shared.kong:incr("loads", 1, 0)
              ngx.sleep(0.05)
              return { word = word }
            end, "loaded")
            kong.response.exit(200, value.word .. ngx.shared.kong:get("loads"))
            """);

        string[] answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => scene.GetAsync()));

        Assert.All(answers, answer => Assert.Equal("loaded1", answer));
    }

    [Fact]
    public async Task Entities_are_found_by_their_fields()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local bob = assert(kong.db.consumers:select_by_username("bob"))
            local none, err = kong.db.consumers:select({ id = "00000000-0000-4000-8000-000000000000" })
            local made, why = kong.db.consumers:insert({ username = "eve" })
            kong.response.exit(200, { bob = bob.custom_id, none = tostring(none) .. tostring(err), why = why, key = kong.db.consumers:cache_key(bob.id) })
            """);

        JsonElement answer = JsonDocument.Parse(await scene.GetAsync()).RootElement;

        Assert.Equal("b1", answer.GetProperty("bob").GetString());
        Assert.Equal("nilnil", answer.GetProperty("none").GetString());
        Assert.Contains("cannot create 'consumers' entities when not using a database", answer.GetProperty("why").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("consumers:b0b00000-0000-4000-8000-000000000000:::::", answer.GetProperty("key").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_filter_changes_what_the_client_gets()
    {
        var folder = new PluginFolder().Add("probe", """
            local handler = { PRIORITY = 900, VERSION = "1.0.0" }
            function handler:header_filter() kong.response.clear_header("Content-Length") end
            function handler:body_filter()
              local body = kong.response.get_raw_body()
              if body then kong.response.set_raw_body(#body .. " bytes") end
            end
            return handler
            """);
        await using LuaScene scene = await LuaScene.StartAsync(folder, static f => f.Load("probe"));

        Assert.EndsWith(" bytes", await scene.GetAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_worker_and_configure_run_before_requests()
    {
        var folder = new PluginFolder().Add("probe", """
            local handler = { PRIORITY = 900, VERSION = "1.0.0" }
            local told = {}
            function handler:init_worker() told[#told + 1] = "init " .. ngx.worker.id() end
            function handler:configure(configs) told[#told + 1] = "configure " .. (configs and configs[1].word or "none") end
            function handler:access(conf) kong.response.exit(200, table.concat(told, ", ")) end
            return handler
            """);
        await using LuaScene scene = await LuaScene.StartAsync(folder, static f => f.Load("probe"), "{word: w}");

        Assert.Equal("init 0, configure w", await scene.GetAsync());
    }

    [Fact]
    public async Task A_plugin_that_does_not_return_is_interrupted_and_others_go_on()
    {
        // string.rep is a call that LuaJIT does not compile, so that the loop stays one that hooks can interrupt.
        var folder = new PluginFolder().AddAccess("probe", """
            if kong.request.get_path() == "/loop" then
              jit.off(true, true)
              while true do local s = string.rep("x", 10) end
            end
            kong.response.exit(200, "fine")
            """);
        await using LuaScene scene = await LuaScene.StartAsync(folder, static f => f.Load(TimeSpan.FromSeconds(1), "probe"));

        Task<HttpResponseMessage> looping = scene.SendAsync("/loop");
        using HttpResponseMessage stopped = await looping;

        Assert.Equal(HttpStatusCode.InternalServerError, stopped.StatusCode);
        await Eventually.TrueAsync(() => scene.Gateway.ErrorLog.Contains("did not return within 1 seconds and was interrupted: ", StringComparison.Ordinal));
        Assert.Contains("handler.lua:", scene.Gateway.ErrorLog.Split('\n').Single(static line => line.Contains("interrupted", StringComparison.Ordinal)), StringComparison.Ordinal);
        for (int request = 0; request < 10; request++)
        {
            Assert.Equal("fine", await scene.GetAsync());
        }
    }

    [Fact]
    public async Task Who_waits_behind_a_plugin_that_cannot_be_interrupted_is_answered_before_that_returns()
    {
        // Compiled, and therefore without hooks; long enough for the watchdog to look thrice, and not for ever, since nothing ends a thread.
        var folder = new PluginFolder().AddAccess("probe", """
            if kong.request.get_path() == "/loop" then
              local x = 0.5
              for i = 1, 2e9 do x = (x + i) - (i - 1) end
              kong.response.exit(200, tostring(x))
            end
            kong.response.exit(200, "fine")
            """);
        Host.LuaHost? host = null;
        await using LuaScene scene = await LuaScene.StartAsync(folder, f =>
        {
            IReadOnlyList<Plugin> plugins = f.Load(TimeSpan.FromSeconds(0.2), "probe");
            host = ((LuaPlugin)plugins[0]).Host;
            return plugins;
        });
        Task<HttpResponseMessage> looping = scene.SendAsync("/loop");
        await Eventually.TrueAsync(() => host!.Workers[0].Running?.Phase == Phase.Access);

        using HttpResponseMessage waiting = await scene.SendAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, waiting.StatusCode);
        Assert.Equal("fine", await scene.GetAsync());
        Assert.False(looping.IsCompleted);
        await Eventually.TrueAsync(() =>
            scene.Gateway.ErrorLog is var log
            && log.Contains("plugin 'probe' does not return from access and cannot be interrupted", StringComparison.Ordinal)
            && log.Contains("another plugin does not return, and its worker has been given up", StringComparison.Ordinal));
        await Task.WhenAny(looping);
    }

    [Fact]
    public void A_plugin_that_is_not_there_is_named_with_the_places_where_it_was_looked_for()
    {
        using var folder = new PluginFolder();

        var failure = Assert.Throws<PluginLoadException>(() => folder.Load("missing"));

        Assert.StartsWith("missing plugin is enabled but not installed;", failure.Message, StringComparison.Ordinal);
        Assert.Contains($"{folder.Path}/kong/plugins/missing/handler.lua", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("return {", "handler.lua:1: unexpected symbol near '<eof>'")]
    [InlineData("return require('no.such.module')", "module 'no.such.module' not found")]
    [InlineData("error('at load')", "handler.lua:1: at load")]
    [InlineData("return { VERSION = '1.0.0' }", "Plugin \"broken\" cannot be loaded because its PRIORITY field is not a valid integer number, got: \"nil\".")]
    [InlineData("return { PRIORITY = 1.5, VERSION = '1.0.0' }", "PRIORITY field is not a valid integer number, got: \"1.5\".")]
    [InlineData("return 5", "its handler is no table")]
    public void What_is_wrong_with_a_handler_is_said_when_it_is_loaded(string handler, string message)
    {
        using PluginFolder folder = new PluginFolder().Add("broken", handler);

        Assert.Contains(message, Assert.Throws<PluginLoadException>(() => folder.Load("broken")).Message, StringComparison.Ordinal);
    }

    private sealed record SharingConfig;

    private sealed class Sharing : Plugin<SharingConfig>
    {
        public override string Name => "sharing";

        public override int Priority => 800;

        public override string Version => "1.0.0";

        public override ValueTask AccessAsync(RequestContext context, SharingConfig config)
        {
            var seen = new ValueMap();
            foreach (string name in new[] { "word", "gone", "list" })
            {
                if (context.Shared[name] is { } value)
                {
                    seen[name] = value;
                }
            }

            context.Shared["answer"] = new ValueMap { ["words"] = new ValueList { "one", "two" } };
            context.Response.SetHeader("X-Shared", Encoding.UTF8.GetString(ValueJson.Write(seen)));
            return ValueTask.CompletedTask;
        }
    }
}
