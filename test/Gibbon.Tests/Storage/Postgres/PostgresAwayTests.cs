using System.Collections.Concurrent;
using System.Diagnostics;
using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Testing;
using Gibbon.Tests.Admin;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>What the Admin API answers while its database is away, and after that; what requests notice of it.</summary>
public sealed class PostgresAwayTests
{
    private const string Password = "s3cret-of-the-gateway";
    private const string Unexpected = "{\"message\":\"An unexpected error occurred\"}";
    private const string Service = "5a2a8a5e-3f0d-4c6b-9a55-0d6c4d1b7e01";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    // What asks the database for anything fails alike, whatever it asks for.
    private static readonly (string Method, string Path, ValueMap? Body)[] Asking =
    [
        ("GET", "/services", null),
        ("GET", "/services/one", null),
        ("GET", $"/services/{Service}", null),
        ("GET", "/services/one/routes", null),
        ("GET", "/services/one/routes/secured", null),
        ("GET", "/routes/secured/service", null),
        ("GET", "/routes?tags=a,b", null),
        ("GET", "/tags", null),
        ("GET", "/tags/a", null),
        ("GET", "/certificates", null),
        ("GET", "/snis", null),
        ("GET", "/consumers?custom_id=1", null),
        ("GET", "/consumers/bob/key-auth", null),
        ("GET", "/key-auths", null),
        ("GET", "/key-auths/known/consumer", null),
        ("GET", "/upstreams/pool/health", null),
        ("GET", "/upstreams/pool/targets", null),
        ("GET", "/consumer_groups", null),
        ("GET", "/consumers/bob/consumer_groups", null),
        ("GET", "/versions", null),
        ("HEAD", "/services/one", null),
        ("POST", "/services", new ValueMap { ["host"] = "b.test" }),
        ("POST", "/services/one/routes", new ValueMap { ["paths"] = new ValueList { "/x" } }),
        ("POST", "/routes", new ValueMap { ["paths"] = new ValueList { "/x" }, ["service"] = new ValueMap { ["name"] = "one" } }),
        ("POST", "/plugins", new ValueMap { ["name"] = "key-auth", ["service"] = new ValueMap { ["id"] = Service }, ["protocols"] = new ValueList { "http" } }),
        ("POST", "/consumers/bob/key-auth", new ValueMap { ["key"] = "another" }),
        ("POST", "/upstreams/pool/targets", new ValueMap { ["target"] = "127.0.0.1:1" }),
        ("PUT", "/upstreams/pool/targets/127.0.0.1:1/unhealthy", null),
        ("PUT", "/services/one", new ValueMap { ["host"] = "b.test" }),
        ("PUT", $"/services/{Service}", new ValueMap { ["host"] = "b.test" }),
        ("PUT", $"/services/{Service}", new ValueMap { ["host"] = 1L }),
        ("PATCH", "/services/one", new ValueMap { ["host"] = "b.test" }),
        ("PATCH", $"/services/{Service}", new ValueMap { ["host"] = "b.test" }),
        ("PATCH", "/services/one", new ValueMap { ["host"] = 1L }),
        ("PATCH", "/plugins/" + Service, new ValueMap { ["enabled"] = false }),
        ("DELETE", "/services/one", null),
        ("DELETE", $"/services/{Service}", null),
        ("DELETE", "/services/one/routes/secured", null),
        ("POST", "/apply", new ValueMap { ["_format_version"] = "3.0" }),
        ("POST", "/apply?plan=1", new ValueMap { ["_format_version"] = "3.0" }),
    ];

    // What is wrong in itself is told before the database is asked, and what needs none is answered.
    private static readonly (string Method, string Path, ValueMap? Body, int Status)[] NotAsking =
    [
        ("POST", "/services", new ValueMap { ["host"] = 1L }, 400),
        ("POST", "/services", [], 400),
        ("GET", "/services?size=many", null, 400),
        ("GET", "/services?offset=nonsense", null, 400),
        ("GET", "/nothing", null, 404),
        ("OPTIONS", "/services", null, 204),
        ("GET", "/schemas/services", null, 200),
        ("POST", "/schemas/services/validate", new ValueMap { ["host"] = "a.test" }, 200),
        ("GET", "/plugins/enabled", null, 200),
        ("GET", "/endpoints", null, 200),
        ("GET", "/timers", null, 200),
        ("GET", "/debug/node/log-level", null, 200),
        ("GET", "/clustering/data-planes", null, 400),
        ("POST", "/config", new ValueMap { ["_format_version"] = "3.0" }, 400),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_database_away_is_an_unexpected_error_until_it_is_back_and_requests_go_on(bool refuses)
    {
        using var server = new RealPostgres();
        server.Execute($"CREATE ROLE gateway SUPERUSER LOGIN PASSWORD '{Password}' IN ROLE password_only");
        using var database = new PostgresDatabase(server);
        await PostgresMigrations.BootstrapAsync(database);
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using var admin = AdminClient.Of(await PostgresGateway.StartAsync(
            database, ("pg_user", "gateway"), ("pg_password", Password), ("db_update_frequency", "1")));
        await PopulateAsync(admin, upstream.Port);
        Assert.Equal(200, await StatusAsync(admin, "/secured?apikey=known"));

        using var ending = new CancellationTokenSource();
        ConcurrentDictionary<string, int> seen = new();
        Task traffic = Task.WhenAll(PassAsync(admin, "/open", seen, ending.Token), PassAsync(admin, "/secured?apikey=known", seen, ending.Token));

        if (refuses)
        {
            server.Execute($"ALTER DATABASE {database.Name} ALLOW_CONNECTIONS false");
            server.Execute($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.Name}'");
        }
        else
        {
            server.Kill();
        }

        foreach ((string method, string path, ValueMap? body) in Asking)
        {
            Answer answer = await admin.SendAsync(method, path, body);
            Assert.True(answer.Status == 500 && answer.Text == (method == "HEAD" ? "" : Unexpected), $"{method} {path}: {answer.Status} {answer.Text}");
        }

        foreach ((string method, string path, ValueMap? body, int status) in NotAsking)
        {
            Answer answer = await admin.SendAsync(method, path, body);
            Assert.True(answer.Status == status, $"{method} {path}: {answer.Status} {answer.Text}");
        }

        Answer root = await admin.GetAsync("/");
        Assert.Equal((500, "{\"message\":\"An unexpected error happened\"}"), (root.Status, root.Text));
        Answer state = await admin.GetAsync("/status");
        Assert.Equal(200, state.Status);
        Assert.Equal(false, state.Body.GetMap("database")!.Get("reachable"));
        Assert.Equal((503, "{\"message\":\"failed to connect to database\"}"), await ReadyAsync(admin));

        // Who was never asked for cannot be looked up.
        using (HttpResponseMessage stranger = await admin.Gateway.Client.GetAsync("/secured?apikey=unseen"))
        {
            Assert.Equal(500, (int)stranger.StatusCode);
            Assert.StartsWith("{\"message\":\"An unexpected error occurred\",", (await stranger.Content.ReadAsStringAsync()).Replace("\n", "").Replace("  ", ""), StringComparison.Ordinal);
        }

        if (refuses)
            server.Execute($"ALTER DATABASE {database.Name} ALLOW_CONNECTIONS true");
        else
            server.Restart();

        // At once, and without a restart: the first of every kind that asks.
        Assert.Equal(200, (await admin.GetAsync("/")).Status);
        Assert.Equal(true, (await admin.GetAsync("/status")).Body.GetMap("database")!.Get("reachable"));
        Assert.Equal((200, "{\"message\":\"ready\"}"), await ReadyAsync(admin));
        Assert.Equal(200, await StatusAsync(admin, "/secured?apikey=unseen"));
        foreach ((string method, string path, ValueMap? body) in Asking.Where(static ask => ask.Method is "GET" or "HEAD"))
        {
            Answer answer = await admin.SendAsync(method, path, body);
            Assert.True(answer.Status == 200, $"{method} {path}: {answer.Status} {answer.Text}");
        }

        // What was refused has left nothing behind.
        Assert.Single(await admin.AllAsync("/services"));
        Assert.Equal("one", (await admin.GetAsync($"/services/{Service}")).Body.GetString("name"));
        Assert.Equal(201, (await admin.PostAsync("/services/one/routes", new ValueMap { ["paths"] = new ValueList { "/after" } })).Status);
        Assert.Equal(200, await StatusAsync(admin, "/after"));
        Assert.Equal(200, (await admin.PatchAsync("/services/one", new ValueMap { ["retries"] = 1L })).Status);
        Assert.Equal(200, (await admin.PutAsync("/consumers/carl", [])).Status);
        Assert.Equal(204, (await admin.DeleteAsync("/consumers/carl")).Status);

        await ending.CancelAsync();
        await traffic;
        Assert.All(seen, static pair => Assert.EndsWith(" 200", pair.Key, StringComparison.Ordinal));
        Assert.Equal(2, seen.Count);
        string log = admin.Gateway.ErrorLog;
        Assert.Contains(refuses ? "is not currently accepting connections" : "connection refused", log, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, log, StringComparison.Ordinal);
        Assert.DoesNotContain("Password=", log, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_database_that_was_started_again_unnoticed_fails_nobody()
    {
        using var server = new RealPostgres();
        using var database = new PostgresDatabase(server);
        await PostgresMigrations.BootstrapAsync(database);
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using var admin = AdminClient.Of(await PostgresGateway.StartAsync(
            database, ("pg_ro_host", "127.0.0.1"), ("pg_ro_port", $"{database.Port}"), ("pg_ro_user", "postgres"), ("pg_ro_database", database.Name)));
        await PopulateAsync(admin, upstream.Port);
        Assert.Equal(200, await StatusAsync(admin, "/secured?apikey=known"));

        for (int round = 0; round < 3; round++)
        {
            server.Kill();
            server.Restart();
            Answer[] reads = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => admin.GetAsync(i % 2 == 0 ? "/services" : "/services/one")));
            Assert.All(reads, static answer => Assert.Equal(200, answer.Status));
            Assert.Equal(401, await StatusAsync(admin, $"/secured?apikey=nobody-{round}"));

            server.Kill();
            server.Restart();
            Answer written = await admin.PatchAsync("/services/one", new ValueMap { ["retries"] = (long)round });
            Assert.Equal((200, (long)round), (written.Status, written.Body.Get("retries")));

            server.Kill();
            server.Restart();
            Answer made = await admin.PostAsync("/consumers", new ValueMap { ["username"] = $"after-{round}" });
            Assert.Equal(201, made.Status);
        }
    }

    private static async Task PopulateAsync(AdminClient admin, int port)
    {
        foreach ((string method, string path, ValueMap body) in new (string, string, ValueMap)[]
        {
            ("PUT", $"/services/{Service}", new ValueMap { ["name"] = "one", ["host"] = "127.0.0.1", ["port"] = (long)port }),
            ("POST", "/services/one/routes", new ValueMap { ["name"] = "open", ["paths"] = new ValueList { "/open" } }),
            ("POST", "/services/one/routes", new ValueMap { ["name"] = "secured", ["paths"] = new ValueList { "/secured" }, ["tags"] = new ValueList { "a", "b" } }),
            ("POST", "/routes/secured/plugins", new ValueMap { ["name"] = "key-auth" }),
            ("PUT", "/consumers/bob", []),
            ("POST", "/consumers/bob/key-auth", new ValueMap { ["key"] = "known" }),
            ("POST", "/consumers/bob/key-auth", new ValueMap { ["key"] = "unseen" }),
            ("PUT", "/upstreams/pool", []),
        })
        {
            Answer answer = await admin.SendAsync(method, path, body);
            Assert.True(answer.Status is 200 or 201, $"{method} {path}: {answer.Text}");
        }
    }

    private static async Task PassAsync(AdminClient admin, string path, ConcurrentDictionary<string, int> seen, CancellationToken ending)
    {
        while (!ending.IsCancellationRequested)
        {
            seen.AddOrUpdate($"{path} {await StatusAsync(admin, path)}", 1, static (_, count) => count + 1);
            await Task.Delay(10, CancellationToken.None);
        }
    }

    private static async Task<int> StatusAsync(AdminClient admin, string path)
    {
        using HttpResponseMessage response = await admin.Gateway.Client.GetAsync(path);
        return (int)response.StatusCode;
    }

    private static async Task<(int Status, string Text)> ReadyAsync(AdminClient admin)
    {
        using HttpResponseMessage response = await admin.Gateway.Admin.GetAsync($"http://127.0.0.1:{admin.Gateway.StatusPort}/status/ready");
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
