using System.Net;
using Gibbon.Pdk;
using Gibbon.Testing;

namespace Gibbon.Lua.Tests;

public sealed class SandboxTests
{
    [Theory]
    [InlineData("os.execute('true')")]
    [InlineData("io.open('/etc/passwd')")]
    [InlineData("require('ffi')")]
    [InlineData("getmetatable('').__index = nil")]
    [InlineData("loadstring('return 1')()")]
    [InlineData("debug.getregistry()")]
    [InlineData("setmetatable({}, {})")]
    [InlineData("string.dump(function() end)")]
    public async Task A_function_in_the_sandbox_cannot_reach_the_machine(string code)
    {
        await using LuaScene scene = await PreFunctionAsync(code);

        using HttpResponseMessage response = await scene.SendAsync();

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    [Theory]
    [InlineData("{name: pre-function, config: {access: [\"\\eLJ\\x02\"]}}")]
    [InlineData("{name: file-log, config: {path: /dev/null, custom_fields_by_lua: {field: \"\\eLJ\\x02\"}}}")]
    public async Task Bytecode_is_refused(string plugin)
    {
        InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => TestGateway.StartAsync(
            $"{{_format_version: '3.0', plugins: [{plugin}]}}", loaders: [new LuaPluginLoader()], cancellation: TestContext.Current.CancellationToken));

        Assert.Contains("attempt to load chunk with wrong mode", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_global_of_one_function_is_not_seen_by_another()
    {
        var folder = new PluginFolder().AddAccess("probe", "kong.response.exit(200, tostring(rawget(_G, 'mine')))");
        await using LuaScene scene = await LuaScene.StartAsync(
            folder, static f => f.Load("pre-function", "probe"), "{access: [\"mine = 5; kong.mine = 6; ngx.mine = 7\"]}", "probe");

        Assert.Equal("nil", await scene.GetAsync());
    }

    [Fact]
    public async Task A_chunk_that_gives_a_function_is_set_up_once()
    {
        await using LuaScene scene = await PreFunctionAsync(
            "local count = 0; return function() count = count + 1; kong.response.exit(200, tostring(count)) end");

        Assert.Equal("1", await scene.GetAsync());
        Assert.Equal("2", await scene.GetAsync());
    }

    [Fact]
    public async Task Groups_without_items_are_no_groups_but_were_asserted()
    {
        // Without an assertion the plugin would ask who it is: 401.
        await using FakeUpstream upstream = FakeUpstream.Start();
        await using TestGateway gateway = await TestGateway.StartAsync(
            $$"""
            _format_version: "3.0"
            services:
            - url: {{upstream.Url}}
              routes: [{paths: [/]}]
              plugins:
              - {name: pre-function, config: {access: ["kong.ctx.shared.authenticated_groups = {}"] } }
              - {name: acl, config: {allow: [red] } }
            """,
            new Dictionary<string, string> { ["nginx_worker_processes"] = "1" },
            loaders: [new LuaPluginLoader()],
            cancellation: TestContext.Current.CancellationToken);

        using HttpResponseMessage response = await gateway.Client.GetAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private static Task<LuaScene> PreFunctionAsync(string code) =>
        LuaScene.StartAsync(new PluginFolder(), static f => f.Load("pre-function"), $"{{access: [\"{code}\"]}}");
}
