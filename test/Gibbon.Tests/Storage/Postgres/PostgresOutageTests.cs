using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Gibbon.Testing;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>The database is away, and comes back.</summary>
public sealed class PostgresOutageTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Requests_go_on_while_the_database_is_away_and_changes_go_on_when_it_is_back()
    {
        await PostgresMigrations.BootstrapAsync(database);
        using var wire = new CutWire();
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using var cut = await PostgresGateway.StartAsync(database, ("pg_port", $"{wire.Port}"), ("pg_timeout", "2000"));
        await using var other = await PostgresGateway.StartAsync(database);
        var service = (await PostAsync(cut, "services", new { host = "127.0.0.1", port = upstream.Port })).Id;
        await PostAsync(cut, "routes", new { paths = new[] { "/before" }, service = new { id = service } });
        await PostAsync(cut, "routes", new { paths = new[] { "/secured" }, service = new { id = service }, name = "secured" });
        var route = database.Text("SELECT id FROM routes WHERE name = 'secured'");
        await PostAsync(cut, "plugins", new { name = "key-auth", route = new { id = route } });
        var consumer = (await PostAsync(cut, "consumers", new { username = "bob" })).Id;
        await PostAsync(cut, "keyauth_credentials", new { key = "known", consumer = new { id = consumer } });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(cut, "/secured?apikey=known"));

        wire.Cut();
        for (var i = 0; i < 20; i++)
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(cut, "/before"));

        // Who has been seen before is still known; a stranger cannot be looked up.
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(cut, "/secured?apikey=known"));
        Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync(cut, "/secured?apikey=stranger"));
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(cut, "routes", new { paths = new[] { "/refused" }, service = new { id = service } })).Status);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(cut, "/before"));
        using (var status = await cut.Admin.GetAsync("/status"))
            Assert.False((await status.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("database").GetProperty("reachable").GetBoolean());

        await PostAsync(other, "routes", new { paths = new[] { "/meanwhile" }, service = new { id = service } });
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(cut, "/meanwhile"));

        wire.Mend();
        await WaitAsync(async () => await StatusAsync(cut, "/meanwhile") == HttpStatusCode.OK);
        await WaitAsync(async () => (await PostAsync(cut, "routes", new { name = "after", paths = new[] { "/after" }, service = new { id = service } })).Status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(cut, "/after"));
        await WaitAsync(async () => await StatusAsync(other, "/after") == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(cut, "/secured?apikey=stranger"));
        await PostAsync(other, "routes", new { paths = new[] { "/again" }, service = new { id = service } });
        await WaitAsync(async () => await StatusAsync(cut, "/again") == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_node_does_not_start_without_its_database()
    {
        using var wire = new CutWire();
        wire.Cut();
        var failure = await Assert.ThrowsAnyAsync<InvalidOperationException>(() => PostgresGateway.StartAsync(database, ("pg_port", $"{wire.Port}")));
        Assert.Equal("[PostgreSQL error] failed to retrieve PostgreSQL server_version_num: connection refused", failure.Message);
    }

    private static async Task<(HttpStatusCode Status, string Id)> PostAsync(TestGateway gateway, string kind, object entity)
    {
        using var response = await gateway.Admin.PostAsJsonAsync($"/test-entities?kind={kind}", entity);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (response.StatusCode, answer.TryGetProperty("id", out var id) ? id.GetString()! : answer.ToString());
    }

    private static async Task<HttpStatusCode> StatusAsync(TestGateway gateway, string path)
    {
        using var response = await gateway.Client.GetAsync(path);
        return response.StatusCode;
    }

    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        var since = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(since.Elapsed < Patience, "it did not come about");
            await Task.Delay(50);
        }
    }
}
