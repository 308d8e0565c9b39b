namespace Gibbon.Lua.Tests;

/// <summary><c>kong.tools.queue</c>, used from the access phase as logging plugins use it.</summary>
public sealed class QueueTests
{
    private const string Body = """
        local Queue, dict = require("kong.tools.queue"), ngx.shared.kong
        if kong.request.get_path() == "/read" then
          return kong.response.exit(200, dict:get("seen") or "")
        end
        local conf = { name = "probe", max_batch_size = SIZE, max_coalescing_delay = 3600, max_entries = ENTRIES, max_bytes = BYTES, max_retry_time = 60,
          initial_retry_delay = 0.01, max_retry_delay = 1, concurrency_limit = LIMIT, log_tag = "probe plugin" }
        local function handler(handler_conf, entries)
          if dict:incr("calls", 1, 0) <= handler_conf.failures then
            return false, "not yet"
          end
          dict:set("seen", (dict:get("seen") or "") .. table.concat(entries, ",") .. ";")
          return true
        end
        local results = {}
        for _, entry in ipairs({ ITEMS }) do
          local ok, err = Queue.enqueue(conf, handler, { failures = FAILURES }, entry)
          results[#results + 1] = tostring(ok or err)
        end
        kong.response.exit(200, table.concat(results, " ") .. " " .. tostring(Queue.exists("probe")) .. tostring(Queue.is_full(conf)) .. tostring(Queue.can_enqueue(conf, "x")))
        """;

    [Theory]
    [InlineData("'a', 'b', 'c', 'd'", 2, 10, "nil", 1, 0, "true true true true truefalsetrue", "a,b;c,d;")]
    [InlineData("'a', 'b'", 2, 10, "nil", 1, 2, "true true truefalsetrue", "a,b;")]
    [InlineData("'a', 'b', 'c'", 2, 2, "nil", 1, 0, "true true true truetruefalse", "b,c;")]
    [InlineData("'aa', 'bb', 'toolong', 'c', 'd'", 2, 10, "3", 1, 0, "true true string to be queued is longer (7 bytes) than the queue's max_bytes (3 bytes) true true truefalsetrue", "c,d;")]
    public async Task Entries_reach_the_handler_in_batches(string items, int size, int entries, string bytes, int limit, int failures, string answer, string seen)
    {
        await using LuaScene scene = await SceneAsync(items, size, entries, bytes, limit, failures);

        Assert.Equal(answer, await scene.GetAsync("/"));
        await Eventually.TrueAsync(async () => await scene.GetAsync("/read") == seen);
    }

    [Fact]
    public async Task Without_a_limit_each_entry_goes_by_itself_in_any_order()
    {
        await using LuaScene scene = await SceneAsync("'a', 'b'", size: 1, entries: 10, bytes: "nil", limit: -1, failures: 0);

        Assert.Equal("true true falsefalsetrue", await scene.GetAsync("/"));
        await Eventually.TrueAsync(async () => await scene.GetAsync("/read") is "a;b;" or "b;a;");
    }

    [Fact]
    public async Task A_batch_that_never_succeeds_is_given_up()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local Queue = require("kong.tools.queue")
            local conf = Queue.get_plugin_params("probe", { queue = { max_batch_size = 1, max_coalescing_delay = 1, max_entries = 10, max_retry_time = -1,
              initial_retry_delay = 0.01, max_retry_delay = 0.01 }, queue_size = 3 })
            assert(Queue.enqueue(conf, function() error("broken") end, nil, "entry"))
            kong.response.exit(200, conf.name == kong.plugin.get_id() and conf.max_batch_size .. conf.log_tag:sub(1, 13) or conf.name)
            """);

        Assert.Equal("3probe plugin ", await scene.GetAsync());
        await Eventually.TrueAsync(() => scene.Gateway.ErrorLog.Contains("could not send entries due to max_retry_time exceeded. 1 queue entries were lost", StringComparison.Ordinal)
            && scene.Gateway.ErrorLog.Contains("handler could not process entries", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nil, nil", "arg #1 (queue_conf) must be a table")]
    [InlineData("{}, nil", "arg #2 (handler) must be a function")]
    [InlineData("{}, print, 1", "arg #3 (handler_conf) must be a table or nil")]
    [InlineData("{}, print", "arg #1 (queue_conf) must include a name")]
    [InlineData("{ name = 'x' }, print", "arg #1 (queue_conf) max_batch_size must be a number")]
    public async Task A_call_that_is_wrong_is_an_error(string arguments, string message)
    {
        await using LuaScene scene = await LuaScene.AccessAsync($$"""
            kong.response.exit(200, select(2, pcall(require("kong.tools.queue").enqueue, {{arguments}})))
            """);

        Assert.EndsWith(message, await scene.GetAsync(), StringComparison.Ordinal);
    }

    private static Task<LuaScene> SceneAsync(string items, int size, int entries, string bytes, int limit, int failures) => LuaScene.AccessAsync(Body
        .Replace("ITEMS", items, StringComparison.Ordinal).Replace("SIZE", $"{size}", StringComparison.Ordinal)
        .Replace("ENTRIES", $"{entries}", StringComparison.Ordinal).Replace("BYTES", bytes, StringComparison.Ordinal)
        .Replace("LIMIT", $"{limit}", StringComparison.Ordinal).Replace("FAILURES", $"{failures}", StringComparison.Ordinal));
}
