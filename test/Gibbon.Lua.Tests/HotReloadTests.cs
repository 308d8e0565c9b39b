using System.Net;
using Gibbon.Testing;

namespace Gibbon.Lua.Tests;

/// <summary>A changed file of a plugin goes live while requests are served. Alone: the memory that it looks at is the whole process's.</summary>
[CollectionDefinition(nameof(HotReloadTests), DisableParallelization = true)]
[Collection(nameof(HotReloadTests))]
public sealed class HotReloadTests
{
    private const int Reloads = 500;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changed_code_goes_live_under_load_no_request_fails_and_old_states_go()
    {
        using PluginFolder folder = Folder(0);
        var loader = new LuaPluginLoader();
        await using TestGateway gateway = await StartAsync(folder, loader);
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<int>[] load = [.. Enumerable.Range(0, 4).Select(_ => LoadAsync(gateway, stopping.Token))];
        long memory = 0;

        for (int version = 1; version <= Reloads; version++)
        {
            Write(folder, version);
            await Eventually.TrueAsync(async () => await AskAsync(gateway, "/") == $"version {version}");
            if (version == 3)
            {
                memory = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        await stopping.CancelAsync();
        int[] answered = await Task.WhenAll(load);
        Assert.All(answered, static count => Assert.True(count > 0, "no load"));
        await Eventually.TrueAsync(() => loader.OpenStates == 2);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true), 0, memory + (64 << 20));
        Assert.DoesNotContain("[error]", gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_file_leaves_the_old_code_serving_and_the_log_names_file_and_line()
    {
        using PluginFolder folder = Folder(0);
        await using TestGateway gateway = await StartAsync(folder, new LuaPluginLoader());

        folder.File("kong/plugins/probe/words.lua", "return {\n  = }");
        await Eventually.TrueAsync(() => gateway.ErrorLog.Contains("words.lua:2: unexpected symbol near '='", StringComparison.Ordinal));
        Assert.Equal("version 0", await AskAsync(gateway, "/"));

        Write(folder, 2);
        await Eventually.TrueAsync(async () => await AskAsync(gateway, "/") == "version 2");
    }

    [Fact]
    public async Task A_request_under_way_ends_with_the_code_it_began_with_and_timers_are_told_that_it_is_early()
    {
        using PluginFolder folder = Folder(0);
        await using TestGateway gateway = await StartAsync(folder, new LuaPluginLoader());
        Task<string> slow = AskAsync(gateway, "/slow");
        await Eventually.TrueAsync(async () => await AskAsync(gateway, "/waiting") == "1");

        Write(folder, 1);
        await Eventually.TrueAsync(async () => await AskAsync(gateway, "/") == "version 1");
        await AskAsync(gateway, "/go");

        Assert.Equal("slow 0", await slow);
        await Eventually.TrueAsync(async () => await AskAsync(gateway, "/early") == "true");
    }

    [Fact]
    public async Task A_changed_schema_and_a_new_phase_go_live_as_well()
    {
        using PluginFolder folder = Folder(0);
        await using TestGateway gateway = await StartAsync(folder, new LuaPluginLoader());

        folder.File("kong/plugins/probe/schema.lua", PluginFolder.PlainSchema.Replace("NAME", "probe", StringComparison.Ordinal).Replace("hello", "changed", StringComparison.Ordinal)
            .Replace("{ word =", "{ more = { type = 'integer', default = 5 } }, { word =", StringComparison.Ordinal));
        await Eventually.TrueAsync(async () => await AskAsync(gateway, "/more") == "5");
        folder.File("kong/plugins/probe/handler.lua", Handler.Replace("return handler", """
            function handler:header_filter() kong.response.set_header("X-New", "phase") end
            return handler
            """, StringComparison.Ordinal));
        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage response = await gateway.Client.GetAsync(new Uri("/", UriKind.Relative), Cancellation);
            return response.Headers.Contains("X-New");
        });

        folder.File("kong/plugins/probe/schema.lua", "return { name = 'probe', fields = {} ");
        await Eventually.TrueAsync(() => gateway.ErrorLog.Contains("reload failed", StringComparison.Ordinal) && gateway.ErrorLog.Contains("schema.lua:1:", StringComparison.Ordinal));
        Assert.Equal("5", await AskAsync(gateway, "/more"));
    }

    [Fact]
    public async Task Nobody_watches_who_is_told_not_to_and_a_reload_loads_what_has_changed()
    {
        using PluginFolder folder = Folder(0);
        await using TestGateway gateway = await StartAsync(folder, new LuaPluginLoader(), ("lua_hot_reload", "off"));

        Write(folder, 1);
        Assert.Equal("version 0", await AskAsync(gateway, "/"));
        await gateway.ReloadAsync(Configuration, Settings(folder, ("lua_hot_reload", "off")));

        Assert.Equal("version 1", await AskAsync(gateway, "/"));
    }

    private const string Handler = """
        local words = require "kong.plugins.probe.words"
        local handler = { PRIORITY = 1000, VERSION = "1.0.0" }
        local shared = ngx.shared.kong
        function handler:init_worker()
          kong.timer:named_every("tick", 60, function(premature) if premature then shared:set("early", true) end end)
        end
        function handler:access(conf)
          local path = kong.request.get_path()
          if path == "/slow" then
            shared:incr("waiting", 1, 0)
            while not shared:get("go") do ngx.sleep(0.01) end
            kong.response.exit(200, "slow " .. words.version)
          elseif path == "/go" then
            shared:set("go", true)
          elseif path == "/waiting" or path == "/early" then
            kong.response.exit(200, tostring(shared:get(path:sub(2))))
          elseif path == "/more" then
            kong.response.exit(200, tostring(conf.more))
          end
          kong.response.exit(200, "version " .. words.version)
        end
        return handler
        """;

    private const string Configuration = """
        _format_version: "3.0"
        routes:
        - name: all
          paths: ["/"]
        plugins:
        - name: probe
        """;

    private static PluginFolder Folder(int version)
    {
        PluginFolder folder = new PluginFolder().Add("probe", Handler);
        Write(folder, version);
        return folder;
    }

    // Of another length each time: clocks of file systems may be coarse. In one piece: somebody who is in the middle of writing has to wait for a processor, too.
    private static void Write(PluginFolder folder, int version)
    {
        folder.File("next", $"return {{ version = {version}, filler = ('x'):rep(10000) }} --{new string('.', version)}");
        File.Move(Path.Combine(folder.Path, "next"), Path.Combine(folder.Path, "kong", "plugins", "probe", "words.lua"), overwrite: true);
    }

    private static Dictionary<string, string> Settings(PluginFolder folder, params (string Name, string Value)[] more)
    {
        Dictionary<string, string> settings = new()
        {
            ["plugins"] = "bundled,probe",
            ["lua_package_path"] = $"{folder.Path}/?.lua;{folder.Path}/?/init.lua",
            ["nginx_worker_processes"] = "2",
        };
        foreach ((string name, string value) in more)
        {
            settings[name] = value;
        }

        return settings;
    }

    private static Task<TestGateway> StartAsync(PluginFolder folder, LuaPluginLoader loader, params (string Name, string Value)[] more) =>
        TestGateway.StartAsync(Configuration, Settings(folder, more), loaders: [loader], cancellation: Cancellation);

    private static async Task<int> LoadAsync(TestGateway gateway, CancellationToken stopping)
    {
        int answered = 0;
        while (!stopping.IsCancellationRequested)
        {
            using HttpResponseMessage response = await gateway.Client.GetAsync(new Uri("/", UriKind.Relative), Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            answered++;
        }

        return answered;
    }

    private static async Task<string> AskAsync(TestGateway gateway, string path)
    {
        using HttpResponseMessage response = await gateway.Client.GetAsync(new Uri(path, UriKind.Relative), Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync(Cancellation);
    }
}
