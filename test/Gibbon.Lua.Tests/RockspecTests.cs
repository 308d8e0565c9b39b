using Gibbon.Pdk;

namespace Gibbon.Lua.Tests;

/// <summary>Plugins whose files lie where their rockspec says, not where their names do.</summary>
public sealed class RockspecTests
{
    [Theory]
    [InlineData("")]
    [InlineData("my-plugin/")]
    public async Task A_rockspec_tells_where_the_modules_of_a_plugin_lie(string below)
    {
        var folder = new PluginFolder();
        folder.File(below + "my-plugin-1.9.0-1.rockspec", "build = { type = 'builtin', modules = { ['kong.plugins.probe.handler'] = 'old/handler.lua' } }")
            .File(below + "my-plugin-1.10.0-1.rockspec", """
                package = "my-plugin"
                version = "1.10.0-1"
                source = { url = "https://example.test" }
                build = {
                  type = "builtin",
                  modules = {
                    ["kong.plugins.probe.handler"] = "src/handler.lua",
                    ["kong.plugins.probe.schema"] = "src/schema.lua",
                    ["kong.plugins.probe.words"] = "src/deep/words.lua",
                  },
                }
                """)
            .File(below + "src/handler.lua", """
                local words = require "kong.plugins.probe.words"
                return { PRIORITY = 1, VERSION = "1.0.0", access = function() kong.response.exit(200, words.hello) end }
                """)
            .File(below + "src/schema.lua", PluginFolder.PlainSchema.Replace("NAME", "probe", StringComparison.Ordinal))
            .File(below + "src/deep/words.lua", "return { hello = 'from a rock' }");
        await using LuaScene scene = await LuaScene.StartAsync(folder, static f => f.Load("probe"));

        Assert.Equal("from a rock", await scene.GetAsync());
    }

    [Fact]
    public void A_rockspec_that_is_none_is_passed_over()
    {
        using PluginFolder folder = new PluginFolder().File("broken-1-1.rockspec", "build = {").File("odd-1-1.rockspec", "os.exit(1)");

        PluginLoadException failure = Assert.Throws<PluginLoadException>(() => folder.Load("probe"));

        Assert.StartsWith("probe plugin is enabled but not installed;", failure.Message, StringComparison.Ordinal);
    }
}
