using System.Text.Json.Nodes;
using Gibbon.Testing;
using Gibbon.Tests.Storage.Postgres;

namespace Gibbon.Tests.Clustering;

/// <summary>Several control planes on one PostgreSQL database.</summary>
public sealed class SharedDatabaseTests : IDisposable
{
    private readonly PostgresDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task What_is_written_on_one_control_plane_is_pushed_by_the_others_and_all_know_all_data_planes()
    {
        await PostgresMigrations.BootstrapAsync(_database, null);
        await using TestGateway one = await StartAsync();
        await using TestGateway two = await StartAsync();
        Guid id = Guid.NewGuid();
        await using WireTap tap = await ClusterScene.JoinAsync(two.ClusterPort, id);
        await tap.ReadFrameAsync("binary");

        await ClusterScene.PostAsync(one, "/services", """{"name":"s","host":"127.0.0.1"}""");

        JsonNode pushed = Pushes.Read((await tap.ReadFrameAsync("binary")).Payload);
        Assert.Equal("s", (string)pushed["config_table"]!["services"]![0]!["name"]!);
        Assert.Equal("services:create", _database.Text("SELECT data FROM cluster_events WHERE channel = 'clustering:push_config'"));
        await tap.SendAsync("ping", (string)pushed["config_hash"]!);
        await tap.ReadFrameAsync("pong");
        JsonNode status = await ClusterScene.GetAsync(one, "/clustering/status");
        Assert.Equal((string)pushed["config_hash"]!, (string)status[id.ToString()]!["config_hash"]!);

        // A consumer is not in memory, and yet a reason to push.
        await ClusterScene.PostAsync(one, "/consumers", """{"username":"bob"}""");
        Assert.Equal("bob", (string)Pushes.Read((await tap.ReadFrameAsync("binary")).Payload)["config_table"]!["consumers"]![0]!["username"]!);

        // So does a control plane of Kong's tell.
        _database.Execute("UPDATE consumers SET username = 'alice'");
        _database.Execute(
            "INSERT INTO cluster_events (id, node_id, at, nbf, expire_at, channel, data) VALUES "
            + "(gen_random_uuid(), gen_random_uuid(), now(), NULL, now() + interval '1 hour', 'clustering:push_config', 'consumers:update')");
        Assert.Equal("alice", (string)Pushes.Read((await tap.ReadFrameAsync("binary")).Payload)["config_table"]!["consumers"]![0]!["username"]!);
    }

    private Task<TestGateway> StartAsync()
    {
        var settings = ClusterScene.Shared("control_plane", [("cluster_listen", "127.0.0.1:0"), ("db_update_frequency", "0.2")]);
        return PostgresGateway.StartAsync(_database, settings.Select(static pair => (pair.Key, pair.Value)));
    }
}
