using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gibbon.Testing;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>Gateways that share a database.</summary>
public sealed class PostgresNodesTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_route_written_on_one_node_answers_on_the_other_within_a_second()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        var service = await PostAsync(first, "services", new { host = "127.0.0.1", port = upstream.Port });
        var slowest = TimeSpan.Zero;
        var total = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
        {
            var (writer, reader) = i % 2 == 0 ? (first, second) : (second, first);
            var route = await PostAsync(writer, "routes", new { paths = new[] { $"/one-{i:000}" }, service = new { id = service } });
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(writer, $"/one-{i:000}"));
            var took = Stopwatch.StartNew();
            await WaitForAsync(reader, $"/one-{i:000}", HttpStatusCode.OK);
            slowest = took.Elapsed > slowest ? took.Elapsed : slowest;
            if (i % 10 == 9)
            {
                using var deleted = await writer.Admin.DeleteAsync($"/test-entities?kind=routes&id={route}");
                await WaitForAsync(reader, $"/one-{i:000}", HttpStatusCode.NotFound);
            }
        }

        // Nodes that only looked every five seconds would need minutes for a hundred.
        Assert.True(total.Elapsed < TimeSpan.FromSeconds(100), $"100 changes took {total.Elapsed}, the slowest {slowest}");
        TestContext.Current.TestOutputHelper?.WriteLine($"100 changes in {total.Elapsed}, the slowest seen after {slowest}");
    }

    [Fact]
    public async Task Credentials_consumers_and_plugins_of_one_node_are_those_of_the_other()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        var service = await PostAsync(first, "services", new { host = "127.0.0.1", port = upstream.Port });
        await PostAsync(first, "routes", new { paths = new[] { "/secured" }, service = new { id = service } });
        await WaitForAsync(second, "/secured", HttpStatusCode.OK);
        var plugin = await PostAsync(first, "plugins", new { name = "key-auth", service = new { id = service } });
        var consumer = await PostAsync(first, "consumers", new { username = "bob" });

        // That there is no such key is remembered by the other, until there is.
        await WaitForAsync(second, "/secured?apikey=one", HttpStatusCode.Unauthorized);
        var credential = await PostAsync(first, "keyauth_credentials", new { key = "one", consumer = new { id = consumer } });
        await WaitForAsync(second, "/secured?apikey=one", HttpStatusCode.OK);
        Assert.Equal("bob", upstream.Requests[^1].Header("x-consumer-username"));

        using var renamed = await first.Admin.PatchAsJsonAsync($"/test-entities?kind=consumers&id={consumer}", new { username = "robert" });
        await WaitAsync(async () => await StatusAsync(second, "/secured?apikey=one") == HttpStatusCode.OK && upstream.Requests[^1].Header("x-consumer-username") == "robert");
        using var changed = await first.Admin.PatchAsJsonAsync($"/test-entities?kind=keyauth_credentials&id={credential}", new { key = "two" });
        await WaitForAsync(second, "/secured?apikey=one", HttpStatusCode.Unauthorized);
        await WaitForAsync(second, "/secured?apikey=two", HttpStatusCode.OK);
        using var deleted = await first.Admin.DeleteAsync($"/test-entities?kind=consumers&id={consumer}");
        await WaitForAsync(second, "/secured?apikey=two", HttpStatusCode.Unauthorized);
        using var without = await first.Admin.DeleteAsync($"/test-entities?kind=plugins&id={plugin}");
        await WaitForAsync(second, "/secured", HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_log_level_set_for_the_cluster_is_that_of_the_other_node_for_its_time()
    {
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        using var changed = await first.Admin.PutAsync("/debug/cluster/log-level/debug?timeout=5", null);
        Assert.Equal("{\"message\":\"log level changed\"}", await changed.Content.ReadAsStringAsync());
        await WaitAsync(async () => await second.Admin.GetStringAsync("/debug/node/log-level") == "{\"message\":\"log level: debug\"}");
        await WaitAsync(async () => await second.Admin.GetStringAsync("/debug/node/log-level") == "{\"message\":\"log level: notice\"}");
        Say("log_level", "{\"log_level\":7,\"timeout\":60}");
        Say("log_level", "nonsense");
        await WaitAsync(async () => await first.Admin.GetStringAsync("/debug/node/log-level") == "{\"message\":\"log level: info\"}");
    }

    [Fact]
    public async Task A_consumers_groups_are_looked_up_when_a_request_needs_them()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        foreach ((string path, object body) in new (string, object)[]
        {
            ("/services", new { name = "grouped", host = "127.0.0.1", port = upstream.Port }), ("/services/grouped/routes", new { paths = new[] { "/grouped" } }),
            ("/services/grouped/plugins", new { name = "key-auth" }), ("/consumers", new { username = "gina" }), ("/consumers/gina/key-auth", new { key = "g" }),
        })
        {
            using HttpResponseMessage written = await first.Admin.PostAsJsonAsync(path, body);
            Assert.Equal(HttpStatusCode.Created, written.StatusCode);
        }

        // The consumer is known to the second node before there are groups at all.
        await WaitForAsync(second, "/grouped?apikey=g", HttpStatusCode.OK);
        foreach ((string path, object body) in new (string, object)[]
        {
            ("/consumer_groups", new { name = "vip" }), ("/consumer_groups/vip/consumers", new { consumer = "gina" }),
            ("/consumer_groups/vip/plugins", new { name = "request-termination", config = new { status_code = 418 } }),
        })
        {
            using HttpResponseMessage written = await first.Admin.PostAsJsonAsync(path, body);
            Assert.Equal(HttpStatusCode.Created, written.StatusCode);
        }

        await WaitForAsync(second, "/grouped?apikey=g", (HttpStatusCode)418);
        using var gone = await first.Admin.DeleteAsync("/consumer_groups/vip/consumers/gina");
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        await WaitForAsync(second, "/grouped?apikey=g", HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_a_Kong_node_writes_is_followed_by_its_rows_of_events()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using var gateway = await StartAsync(("db_update_frequency", "0.2"));
        var (service, route, plugin) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        var workspace = database.Text("SELECT id FROM workspaces");
        database.Execute($"INSERT INTO services (id, host, port, protocol, retries, connect_timeout, write_timeout, read_timeout, enabled, ws_id) VALUES ('{service}', '127.0.0.1', {upstream.Port}, 'http', 5, 60000, 60000, 60000, true, '{workspace}')");
        Say("invalidations_kong_core_db_cache", $"services:{service}:::::{workspace}");
        database.Execute($"INSERT INTO routes (id, service_id, paths, protocols, strip_path, preserve_host, request_buffering, response_buffering, https_redirect_status_code, regex_priority, ws_id) VALUES ('{route}', '{service}', '{{/kong}}', '{{http,https}}', true, false, true, true, 426, 0, '{workspace}')");
        Say("invalidations_kong_core_db_cache", $"routes:{route}:::::{workspace}");
        Say("invalidations_kong_core_db_cache", "router:version");
        await WaitForAsync(gateway, "/kong", HttpStatusCode.OK);

        var key = $"plugins:request-termination:{route}::::{workspace}";
        database.Execute($$"""INSERT INTO plugins (id, name, route_id, config, enabled, cache_key, protocols, ws_id) VALUES ('{{plugin}}', 'request-termination', '{{route}}', '{"status_code": 418}', true, '{{key}}', '{http,https}', '{{workspace}}')""");
        Say("invalidations_kong_core_db_cache", key);
        Say("invalidations_kong_core_db_cache", "plugins_iterator:version");
        await WaitForAsync(gateway, "/kong", (HttpStatusCode)418);

        database.Execute($"DELETE FROM routes WHERE id = '{route}'");
        Say("invalidations_kong_core_db_cache", $"routes:{route}:::::{workspace}");
        await WaitForAsync(gateway, "/kong", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_delayed_event_is_heard_when_its_time_has_come()
    {
        await using var gateway = await StartAsync(("db_update_frequency", "0.2"));
        var route = Guid.NewGuid();
        database.Execute($"INSERT INTO routes (id, paths, protocols, strip_path, preserve_host, request_buffering, response_buffering, https_redirect_status_code, regex_priority, ws_id) SELECT '{route}', '{{/later}}', '{{http,https}}', true, false, true, true, 426, 0, id FROM workspaces");
        Say("invalidations_kong_core_db_cache", $"routes:{route}:::::{database.Text("SELECT id FROM workspaces")}", "now() + interval '3 seconds'");
        var took = Stopwatch.StartNew();

        // A route without a service is found, and has nowhere to go.
        await WaitForAsync(gateway, "/later", HttpStatusCode.ServiceUnavailable);
        Assert.True(took.Elapsed > TimeSpan.FromSeconds(1.5), $"heard after {took.Elapsed}");
    }

    [Fact]
    public async Task A_plugin_that_only_the_other_node_has_leaves_this_one_as_it_is_and_following()
    {
        await using var gateway = await StartAsync(("db_update_frequency", "0.2"));
        var (plugin, route) = (Guid.NewGuid(), Guid.NewGuid());
        var workspace = database.Text("SELECT id FROM workspaces");
        database.Execute($$"""INSERT INTO plugins (id, name, config, enabled, cache_key, protocols, ws_id) VALUES ('{{plugin}}', 'not-here', '{}', true, 'plugins:not-here:::::{{workspace}}', '{http}', '{{workspace}}')""");
        Say("invalidations_kong_core_db_cache", $"plugins:not-here:::::{workspace}");
        await WaitAsync(() => Task.FromResult(gateway.ErrorLog.Contains("not-here", StringComparison.Ordinal)));
        database.Execute($"DELETE FROM plugins WHERE id = '{plugin}'");
        database.Execute($"INSERT INTO routes (id, paths, protocols, strip_path, preserve_host, request_buffering, response_buffering, https_redirect_status_code, regex_priority, ws_id) VALUES ('{route}', '{{/following}}', '{{http,https}}', true, false, true, true, 426, 0, '{workspace}')");
        Say("invalidations_kong_core_db_cache", $"routes:{route}:::::{workspace}");
        await WaitForAsync(gateway, "/following", HttpStatusCode.ServiceUnavailable);
    }

    // As Kong's nodes do it.
    private void Say(string channel, string data, string notBefore = "NULL") => database.Execute(
        $"INSERT INTO cluster_events (id, node_id, at, nbf, expire_at, channel, data) VALUES (gen_random_uuid(), gen_random_uuid(), CURRENT_TIMESTAMP(3), {notBefore}, CURRENT_TIMESTAMP(3) + interval '1 hour', '{channel}', '{data}')");

    private async Task<TestGateway> StartAsync(params (string Name, string Value)[] settings)
    {
        if (database.Text("SELECT to_regclass('workspaces')") is null)
            await PostgresMigrations.BootstrapAsync(database);
        return await PostgresGateway.StartAsync(database, settings);
    }

    private static async Task<string> PostAsync(TestGateway gateway, string kind, object entity)
    {
        using var response = await gateway.Admin.PostAsJsonAsync($"/test-entities?kind={kind}", entity);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(response.IsSuccessStatusCode, answer.ToString());
        return answer.GetProperty("id").GetString()!;
    }

    private static async Task<HttpStatusCode> StatusAsync(TestGateway gateway, string path)
    {
        using var response = await gateway.Client.GetAsync(path);
        return response.StatusCode;
    }

    private static Task WaitForAsync(TestGateway gateway, string path, HttpStatusCode status) => WaitAsync(async () => await StatusAsync(gateway, path) == status);

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        var since = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(since.Elapsed < Patience, "it did not come about");
            await Task.Delay(5);
        }
    }
}
