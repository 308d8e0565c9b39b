using System.Net;
using Gibbon.Testing;

namespace Gibbon.Lua.Tests;

/// <summary>What plugins of others were found to count on; see docs/lua-acceptance.md.</summary>
public sealed class AcceptanceTests
{
    [Fact]
    public async Task A_time_written_to_what_the_balancer_goes_by_holds_for_the_request()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local data = ngx.ctx.balancer_data
            assert(data.read_timeout == 60000 and data.host == "127.0.0.1", data.read_timeout)
            data.read_timeout = 50
            """);
        using var release = new ManualResetEventSlim();
        scene.Upstream.Answer = _ =>
        {
            release.Wait(TimeSpan.FromSeconds(60));
            return UpstreamAnswer.Text("late");
        };

        using HttpResponseMessage response = await scene.SendAsync();
        release.Set();

        Assert.Equal(HttpStatusCode.GatewayTimeout, response.StatusCode);
    }

    [Fact]
    public async Task A_length_that_a_plugin_writes_does_not_cut_the_body_it_puts_in_place()
    {
        var folder = new PluginFolder().Add("probe", """
            local handler = { PRIORITY = 900, VERSION = "1.0.0" }
            function handler:header_filter() ngx.header["Content-Length"] = 5 end
            function handler:body_filter() ngx.arg[1] = "short" ngx.arg[2] = true end
            return handler
            """);
        await using LuaScene scene = await LuaScene.StartAsync(folder, static f => f.Load("probe"));

        Assert.Equal("short", await scene.GetAsync());
    }

    [Fact]
    public async Task The_end_of_a_body_is_told_apart_from_its_last_bytes()
    {
        var folder = new PluginFolder().Add("probe", """
            local handler = { PRIORITY = 900, VERSION = "1.0.0" }
            function handler:header_filter() ngx.header["Content-Length"] = nil end
            function handler:body_filter()
              ngx.ctx.calls = (ngx.ctx.calls or "") .. "(" .. #ngx.arg[1] .. "," .. tostring(ngx.arg[2]) .. ")"
              if ngx.arg[2] then ngx.arg[1] = ngx.ctx.calls else ngx.arg[1] = ngx.arg[1]:upper() end
            end
            return handler
            """);
        await using LuaScene scene = await LuaScene.StartAsync(folder, static f => f.Load("probe"));
        scene.Upstream.Answer = static _ => UpstreamAnswer.Text("hello");

        Assert.Equal("HELLO(5,false)(0,true)", await scene.GetAsync());
    }

    [Fact]
    public async Task A_client_of_HTTP_goes_through_a_proxy_but_not_to_whom_it_is_told_to_ask_itself()
    {
        await using FakeUpstream proxy = FakeUpstream.Start(static request => UpstreamAnswer.Text($"proxied {request.Target}"));
        await using FakeUpstream other = FakeUpstream.Start(static request => UpstreamAnswer.Text($"direct {request.Target}"));
        await using LuaScene scene = await LuaScene.AccessAsync($$"""
            local answers = {}
            for _, url in ipairs({ "http://far.test:81/a?b=1", "{{other.Url}}/near" }) do
              local client = require("resty.http").new()
              client:set_timeout(10000)
              client:set_proxy_options({ http_proxy = "{{proxy.Url}}", no_proxy = "127.0.0.1, .near.test" })
              answers[#answers + 1] = assert(client:request_uri(url)).body
            end
            kong.response.exit(200, table.concat(answers, " "))
            """);

        Assert.Equal("proxied http://far.test:81/a?b=1 direct /near", await scene.GetAsync());
    }

    [Fact]
    public async Task A_pipeline_of_Redis_is_told_from_its_commands()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local red = require("resty.redis"):new()
            kong.response.exit(200, tostring(select(2, red:commit_pipeline())) .. ", " .. tostring(select(2, red:get("x"))))
            """);

        Assert.Equal("no pipeline, closed", await scene.GetAsync());
    }
}
