using System.Net;
using Gibbon.Lua.Host;
using Gibbon.Pdk;

namespace Gibbon.Lua.Tests;

/// <summary>What is taken for a plugin that does not return, and what is not.</summary>
public sealed class WatchdogTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void A_thread_that_gets_no_processor_is_not_taken_for_one_that_loops()
    {
        // It is ready to run all the time, and gets a hundredth of a processor.
        LuaStay stay = new(Patience);
        for (int second = 0; second < 900; second++)
        {
            stay.Note(1, TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(second / 100.0), isAsleep: false);
            Assert.False(stay.Exceeds(1));
        }

        // With a processor of its own it is one that loops after ten seconds, and beyond help after twenty.
        stay.Note(1, TimeSpan.FromSeconds(901), TimeSpan.FromSeconds(10), isAsleep: false);
        Assert.True(stay.Exceeds(1));
        Assert.False(stay.Exceeds(2));
        stay.Note(1, TimeSpan.FromSeconds(911), TimeSpan.FromSeconds(20), isAsleep: false);
        Assert.True(stay.Exceeds(2));

        // Whoever comes next begins anew.
        stay.Note(2, TimeSpan.FromSeconds(912), TimeSpan.FromSeconds(20), isAsleep: false);
        Assert.False(stay.Exceeds(1));
    }

    [Fact]
    public void A_call_that_only_waits_has_three_times_as_long_on_the_wall()
    {
        LuaStay stay = new(Patience);
        stay.Note(1, default, TimeSpan.FromSeconds(1), isAsleep: true);
        stay.Note(1, TimeSpan.FromSeconds(29), TimeSpan.FromSeconds(1), isAsleep: true);
        Assert.False(stay.Exceeds(1));

        // It has done something meanwhile: it is not the same wait.
        stay.Note(1, TimeSpan.FromSeconds(31), TimeSpan.FromSeconds(1.1), isAsleep: true);
        Assert.False(stay.Exceeds(1));
        stay.Note(1, TimeSpan.FromSeconds(61), TimeSpan.FromSeconds(1.1), isAsleep: true);
        Assert.True(stay.Exceeds(1));
        Assert.False(stay.Exceeds(2));
        stay.Note(1, TimeSpan.FromSeconds(71), TimeSpan.FromSeconds(1.1), isAsleep: true);
        Assert.True(stay.Exceeds(2));
    }

    [Fact]
    public async Task A_native_call_that_waits_longer_than_a_loop_may_last_is_left_alone()
    {
        await using LuaScene scene = await LuaScene.StartAsync(Sleeper(), static f => f.Load(TimeSpan.FromSeconds(1.5), "probe"));

        using HttpResponseMessage answer = await scene.SendAsync("/2000");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("did not return", scene.Gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_waits_behind_a_native_call_that_hangs_is_answered_before_that_returns()
    {
        LuaHost? host = null;
        await using LuaScene scene = await LuaScene.StartAsync(Sleeper(), f =>
        {
            // Long enough for the next request to come before the state is given up, on a busy machine too.
            IReadOnlyList<Plugin> plugins = f.Load(TimeSpan.FromSeconds(1.5), "probe");
            host = ((LuaPlugin)plugins[0]).Host;
            return plugins;
        });
        // As long as a busy machine may take to see that it does not return, which is six seconds on an idle one.
        Task<HttpResponseMessage> hanging = scene.SendAsync("/20000");
        await Eventually.TrueAsync(() => host!.Workers[0].Running?.Phase == Phase.Access);

        using HttpResponseMessage waiting = await scene.SendAsync("/0");

        Assert.Equal(HttpStatusCode.InternalServerError, waiting.StatusCode);
        using HttpResponseMessage next = await scene.SendAsync("/0");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        Assert.Contains("plugin 'probe' does not return from access and cannot be interrupted", scene.Gateway.ErrorLog, StringComparison.Ordinal);
        await Task.WhenAny(hanging);
    }

    [Fact]
    public async Task A_cancelled_timer_lets_go_of_its_function_whether_it_was_to_come_or_to_come_again()
    {
        PluginFolder folder = new PluginFolder().Add("probe", """
            local handler = { PRIORITY = 1000, VERSION = "1.0.0" }
            local alive = setmetatable({}, { __mode = "k" })
            local ran = 0
            local function make(name, every)
              local callback
              callback = function() ran = ran + 1; if every == 0.01 then assert(kong.timer:cancel(name)) end end
              alive[callback] = true
              if every then assert(kong.timer:named_every(name, every, callback)) else assert(kong.timer:named_at(name, 3600, callback)) end
            end
            function handler:access(conf)
              if kong.request.get_path() == "/make" then
                for i = 1, 100 do make("at-" .. i); make("every-" .. i, 3600) end
                make("itself", 0.01)
                for i = 1, 100 do assert(kong.timer:cancel("at-" .. i)); assert(kong.timer:cancel("every-" .. i)) end
                kong.response.exit(200, "made")
              end
              collectgarbage() collectgarbage()
              local left = 0
              for _ in pairs(alive) do left = left + 1 end
              kong.response.exit(200, left .. " left, " .. ran .. " ran")
            end
            return handler
            """);
        LuaHost? host = null;
        await using LuaScene scene = await LuaScene.StartAsync(folder, f =>
        {
            IReadOnlyList<Plugin> plugins = f.Load("probe");
            host = ((LuaPlugin)plugins[0]).Host;
            return plugins;
        });
        int before = host!.Workers[0].Holdings.Timers.Count;

        Assert.Equal("made", await (await scene.SendAsync("/make")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        await Eventually.TrueAsync(async () => await scene.GetAsync() == "0 left, 1 ran");
        Assert.Equal(before, host.Workers[0].Holdings.Timers.Count);
    }

    private static PluginFolder Sleeper() => new PluginFolder().AddAccess("probe", """
        local ffi = require("ffi")
        pcall(ffi.cdef, "int usleep(unsigned int)")
        ffi.C.usleep(tonumber(kong.request.get_path():sub(2)) * 1000)
        kong.response.exit(200, "fine")
        """);
}
