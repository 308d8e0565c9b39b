namespace Gibbon.Lua.Tests;

/// <summary>What states share comes back as it was put in.</summary>
public sealed class SharedValueTests(ModuleTests.Evaluator evaluator) : IClassFixture<ModuleTests.Evaluator>
{
    private const string AllBytes = "(function() local t = {} for i = 0, 255 do t[#t + 1] = string.char(i) end return table.concat(t) end)()";

    [Fact]
    public async Task A_dictionary_keeps_every_byte_of_keys_and_values()
    {
        string found = await evaluator.EvaluateAsync($$"""
            (function()
              local d, all = ngx.shared.kong_binary, {{AllBytes}}
              d:set(all, all)
              d:set("\255\254", 1)
              d:set("\254\255", 2)
              d:set("ä", "ö")
              local keys = d:get_keys()
              table.sort(keys)
              return tostring(d:get(all) == all) .. d:get("\255\254") .. d:get("\254\255") .. d:get("ä") .. tostring(keys[1] == all) .. #keys
            end)()
            """);

        Assert.Equal("true12ötrue4", found);
    }

    [Fact]
    public async Task The_cache_keeps_every_byte_and_the_shape_of_tables()
    {
        string found = await evaluator.EvaluateAsync($$"""
            (function()
              local all, n = {{AllBytes}}, 0
              local function load() n = n + 1 return { [all] = all, list = { 1, 2 }, [3] = "three", null = ngx.null, empty = setmetatable({}, require("cjson").array_mt), f = print } end
              kong.cache:get(all, nil, load)
              kong.cache:get(all, nil, load)
              -- What is changed here is not what is shared: another state would see what was loaded.
              local value = kong.cache:get(all, nil, load)
              local text = tostring(kong.cache:get("binary", nil, function() return all end) == all)
              return n .. tostring(value[all] == all) .. #value.list .. value[3] .. tostring(value.null == ngx.null) .. require("cjson").encode(value.empty) .. text
            end)()
            """);

        Assert.Equal("1true2threetrue[]true", found);
    }

    [Fact]
    public async Task A_callback_that_answers_the_request_does_not_hold_its_key_for_ever()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local value = kong.cache:get("held", nil, function()
              if kong.request.get_path() == "/first" then ngx.sleep(0.01) end
              return "loaded by " .. kong.request.get_path()
            end)
            kong.response.exit(200, value)
            """);

        string[] answers = await Task.WhenAll(scene.GetAsync("/first"), scene.GetAsync("/second"));

        Assert.Equal(answers[0], answers[1]);
    }

    [Fact]
    public async Task A_dictionary_knows_its_size()
    {
        Assert.Equal(
            "5242880 12582912 true",
            await evaluator.EvaluateAsync("ngx.shared.kong:capacity() .. ' ' .. ngx.shared.kong_rate_limiting_counters:capacity() .. ' ' .. tostring(ngx.shared.kong:free_space() <= 5242880)"));
    }

    [Fact]
    public async Task A_light_thread_that_waits_can_be_ended()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local went_on = false
            local function work() ngx.sleep(3600) went_on = true end
            local long, short = ngx.thread.spawn(work), ngx.thread.spawn(function() return "done" end)
            local killed, again = ngx.thread.kill(long), select(2, ngx.thread.kill(long))
            local over = select(2, ngx.thread.kill(short))
            local ok, result = ngx.thread.wait(long, short)
            ngx.sleep(0.01)
            kong.response.exit(200, table.concat({ tostring(killed), again, over, tostring(ok), result, tostring(went_on), select(2, ngx.thread.wait(long)) }, "|"))
            """);

        // An answer at all shows that the request does not wait for the hour to pass.
        Assert.Equal("1|already waited or killed|already terminated|true|done|false|already waited or killed", await scene.GetAsync());
    }
}
