using System.Net;
using Gibbon.Testing;

namespace Gibbon.Lua.Tests;

/// <summary><c>kong.service.set_target_retry_callback</c>.</summary>
public sealed class TargetRetryTests
{
    [Fact]
    public async Task A_plugin_chooses_another_target_when_the_first_cannot_be_reached()
    {
        await using FakeUpstream other = FakeUpstream.Start(UpstreamAnswer.Text("the other"));
        await using LuaScene scene = await LuaScene.AccessAsync($$"""
            kong.service.set_retries(4)
            kong.service.set_target("127.0.0.1", 1)
            kong.ctx.plugin.asked = 0
            kong.service.set_target_retry_callback(function()
              kong.ctx.plugin.asked = kong.ctx.plugin.asked + 1
              ngx.sleep(0.01)
              if kong.ctx.plugin.asked == 3 then
                kong.service.set_target("127.0.0.1", {{other.Port}})
                kong.service.request.set_header("x-asked", tostring(kong.ctx.plugin.asked))
              end
              return true
            end)
            """);

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("the other", await scene.GetAsync());
        }

        Assert.Equal(20, other.Requests.Count);
        Assert.Empty(scene.Upstream.Requests);
    }

    [Theory]
    [InlineData("return nil, 'there is none'", "retry handler failed: there is none")]
    [InlineData("error('broken')", "broken")]
    [InlineData("", "retry handler failed: nil")]
    public async Task A_plugin_that_knows_no_other_ends_the_tries(string body, string logged)
    {
        await using LuaScene scene = await LuaScene.AccessAsync($$"""
            kong.service.set_target("127.0.0.1", 1)
            kong.service.set_target_retry_callback(function() {{body}} end)
            """);

        using HttpResponseMessage answer = await scene.SendAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        await Eventually.TrueAsync(() => scene.Gateway.ErrorLog.Contains(logged, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_no_function_is_refused()
    {
        await using LuaScene scene = await LuaScene.AccessAsync(
            "kong.response.exit(200, tostring(select(2, pcall(kong.service.set_target_retry_callback, 5))))");

        Assert.Contains("retry_callback must be a function", await scene.GetAsync(), StringComparison.Ordinal);
    }
}
