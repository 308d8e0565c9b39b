using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gibbon.Testing;
using Microsoft.Data.Sqlite;

namespace Gibbon.Tests.Storage;

public sealed class SqliteNodeTests : IDisposable
{
    readonly string prefix = Directory.CreateTempSubdirectory("gibbon-node").FullName;
    readonly EntityEndpointsPlugin plugin = new();

    public void Dispose() => Directory.Delete(prefix, recursive: true);

    [Fact]
    public async Task A_change_is_live_when_its_answer_comes_and_there_again_after_a_restart()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using (var gateway = await StartAsync())
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway, $"/r{i}"));
                var service = await PostAsync(gateway, "services", new { name = $"s{i}", host = "127.0.0.1", port = upstream.Port });
                var route = await PostAsync(gateway, "routes", new { name = $"r{i}", paths = new[] { $"/r{i}" }, service = new { id = service } });
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, $"/r{i}"));
                if (i % 2 == 1)
                {
                    using var deleted = await gateway.Admin.DeleteAsync($"/test-entities?kind=routes&id={route}");
                    Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
                    Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway, $"/r{i}"));
                }
            }
            Assert.Equal(["services:create", "services:create", "routes:create", "routes:create", "services:create"], plugin.Told.Take(5));
        }
        await using (var gateway = await StartAsync())
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/r0"));
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway, "/r1"));
        }
    }

    [Fact]
    public async Task Credentials_and_consumers_are_found_as_they_are_now()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using var gateway = await StartAsync();
        var service = await PostAsync(gateway, "services", new { host = "127.0.0.1", port = upstream.Port });
        await PostAsync(gateway, "routes", new { paths = new[] { "/" }, service = new { id = service } });
        await PostAsync(gateway, "plugins", new { name = "key-auth", service = new { id = service } });
        var consumer = await PostAsync(gateway, "consumers", new { username = "bob" });

        // That there is no such key is remembered, until there is.
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, "/?apikey=one"));
        var credential = await PostAsync(gateway, "keyauth_credentials", new { key = "one", consumer = new { id = consumer } });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/?apikey=one"));
        Assert.Equal("bob", await ConsumerAsync());

        using var renamed = await gateway.Admin.PatchAsJsonAsync($"/test-entities?kind=consumers&id={consumer}", new { username = "robert" });
        Assert.Equal("robert", await ConsumerAsync());
        using var changed = await gateway.Admin.PatchAsJsonAsync($"/test-entities?kind=keyauth_credentials&id={credential}", new { key = "two" });
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, "/?apikey=one"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/?apikey=two"));

        // With the consumer go its credentials.
        using var deleted = await gateway.Admin.DeleteAsync($"/test-entities?kind=consumers&id={consumer}");
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, "/?apikey=two"));

        async Task<string?> ConsumerAsync()
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/?apikey=one"));
            return upstream.Requests[^1].Header("x-consumer-username");
        }
    }

    [Fact]
    public async Task What_another_process_writes_to_the_file_is_followed()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using var gateway = await StartAsync();
        var store = SqliteFixture.Open(Path.Combine(prefix, "gibbon.db"), TestSchemas.Instance, TimeProvider.System);
        var values = new Gibbon.Storage.StoredEntities<Pdk.Schemas.ValueMap>(store, TestSchemas.Instance.Find("services")!, static () => default);
        var (service, _) = await values.InsertAsync(new() { ["host"] = "127.0.0.1", ["port"] = (long)upstream.Port });
        values = new(store, TestSchemas.Instance.Find("routes")!, static () => default);
        await values.InsertAsync(new() { ["paths"] = new Pdk.Schemas.ValueList { "/" }, ["service"] = new Pdk.Schemas.ValueMap { ["id"] = service!["id"] } });
        await store.Database.DisposeAsync();
        for (var i = 0; i < 600 && await StatusAsync(gateway, "/") != HttpStatusCode.OK; i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/"));
    }

    [Fact]
    public async Task Credentials_are_read_ahead_where_the_settings_ask_for_it_and_read_again_when_their_time_is_over()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        (string, string)[] settings =
        [
            ("db_cache_warmup_entities", "consumers,keyauth_credentials"), ("db_cache_ttl", "3600"), ("db_cache_neg_ttl", "1"), ("db_update_frequency", "3600"),
        ];
        await using (var first = await StartAsync())
        {
            var service = await PostAsync(first, "services", new { host = "127.0.0.1", port = upstream.Port });
            await PostAsync(first, "routes", new { paths = new[] { "/" }, service = new { id = service } });
            await PostAsync(first, "plugins", new { name = "key-auth", service = new { id = service } });
            var consumer = await PostAsync(first, "consumers", new { username = "bob" });
            await PostAsync(first, "keyauth_credentials", new { key = "one", consumer = new { id = consumer } });
        }
        await using var gateway = await StartAsync(settings);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(gateway, "/?apikey=two"));

        // Behind the gateway's back, so that only what it has in memory can answer for the old key.
        await using (SqliteConnection connection = new($"Data Source={Path.Combine(prefix, "gibbon.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "UPDATE keyauth_credentials SET key = 'two'";
            Assert.Equal(1, command.ExecuteNonQuery());
        }
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/?apikey=one"));
        Assert.Equal("bob", upstream.Requests[^1].Header("x-consumer-username"));
        for (var i = 0; i < 600 && await StatusAsync(gateway, "/?apikey=two") != HttpStatusCode.OK; i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/?apikey=two"));
    }

    [Fact]
    public async Task A_reload_with_other_settings_keeps_the_database()
    {
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using var gateway = await StartAsync();
        var service = await PostAsync(gateway, "services", new { host = "127.0.0.1", port = upstream.Port });
        await gateway.ReloadAsync("", Settings(("headers", "off")));
        await PostAsync(gateway, "routes", new { paths = new[] { "/" }, service = new { id = service } });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/"));
    }

    [Fact]
    public async Task The_file_is_its_owners_alone()
    {
        await using var gateway = await StartAsync();
        await PostAsync(gateway, "consumers", new { username = "bob" });
        var files = Directory.GetFiles(prefix, "gibbon.db*");
        Assert.Equal(3, files.Length);
        Assert.All(files, static file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task A_plugin_that_the_database_uses_must_be_enabled()
    {
        await using (var gateway = await StartAsync())
        {
            await PostAsync(gateway, "plugins", new { name = "key-auth" });
        }
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(("plugins", "cors")));
        Assert.Equal("key-auth plugin is in use but not enabled", failure.Message);
    }

    Task<TestGateway> StartAsync(params (string Name, string Value)[] settings) =>
        TestGateway.StartAsync("", Settings(settings), settings.Any(static setting => setting.Name == "plugins") ? null : [plugin]);

    Dictionary<string, string> Settings(params (string Name, string Value)[] settings)
    {
        Dictionary<string, string> all = new()
        {
            ["prefix"] = prefix, ["database"] = "sqlite", ["db_update_frequency"] = "1", ["plugins"] = "bundled,entity-endpoints",
        };
        foreach (var (name, value) in settings)
        {
            all[name] = value;
        }
        return all;
    }

    static async Task<string> PostAsync(TestGateway gateway, string kind, object body)
    {
        using var answer = await gateway.Admin.PostAsJsonAsync($"/test-entities?kind={kind}", body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("id").GetString()!;
    }

    static async Task<HttpStatusCode> StatusAsync(TestGateway gateway, string path)
    {
        using var answer = await gateway.Client.GetAsync(path);
        return answer.StatusCode;
    }
}
