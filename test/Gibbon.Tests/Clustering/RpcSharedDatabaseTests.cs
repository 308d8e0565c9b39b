using System.Text.Json.Nodes;
using Gibbon.Testing;
using Gibbon.Tests.Storage.Postgres;

namespace Gibbon.Tests.Clustering;

/// <summary>Several control planes on one PostgreSQL database that tell of changes, some of which may be Kong's.</summary>
public sealed class RpcSharedDatabaseTests : IDisposable
{
    private readonly PostgresDatabase _database = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Changes_are_in_Kongs_tables_and_every_control_plane_tells_its_data_planes()
    {
        await PostgresMigrations.BootstrapAsync(_database, null);
        await using TestGateway one = await StartAsync();
        await using TestGateway two = await StartAsync();
        Guid id = Guid.NewGuid();
        await using WireTap tap = await RpcWire.JoinAsync(two.ClusterPort, id);
        await RpcWire.AskAsync(tap, 0);

        string service = (string)(await ClusterScene.PostAsync(one, "/services", """{"name":"s","host":"127.0.0.1"}"""))["id"]!;

        Assert.Equal(1, (long)(await RpcWire.CalledAsync(tap))["params"]![0]!["default"]!["new_version"]!);
        JsonNode delta = Assert.Single((await RpcWire.AskAsync(tap, 1 - 1, 101))["deltas"]!.AsArray(), static delta => (string)delta!["type"]! == "services")!;
        Assert.Equal("s", (string)delta["entity"]!["name"]!);
        Assert.Equal("services", _database.Text("SELECT type FROM clustering_sync_delta WHERE version = 1"));
        Assert.Equal(service, _database.Text("SELECT pk->>'id' FROM clustering_sync_delta WHERE version = 1"));
        Assert.Equal("s", _database.Text("SELECT entity->>'name' FROM clustering_sync_delta WHERE version = 1"));
        Assert.Equal(_database.Text("SELECT id::text FROM workspaces"), _database.Text("SELECT ws_id::text FROM clustering_sync_delta WHERE version = 1"));

        // What Kong does not know is a version too, and nowhere in its table.
        await ClusterScene.PostAsync(one, "/consumer_groups", """{"name":"gold"}""");
        Assert.Equal(2, (long)(await RpcWire.CalledAsync(tap))["params"]![0]!["default"]!["new_version"]!);
        Assert.Equal("0", _database.Text("SELECT count(*)::text FROM clustering_sync_delta WHERE version = 2"));
        Assert.DoesNotContain("consumer_groups", (await RpcWire.AskAsync(tap, 1, 102)).ToJsonString(), StringComparison.Ordinal);

        // So does a control plane of Kong's write, and ask others to tell their data planes.
        _database.Execute(
            "WITH v AS (INSERT INTO clustering_sync_version DEFAULT VALUES RETURNING version) INSERT INTO clustering_sync_delta (version, type, pk, ws_id, entity) "
            + $"SELECT version, 'services', '{{\"id\":\"{service}\"}}', (SELECT id FROM workspaces), 'null' FROM v");
        _database.Execute(
            "INSERT INTO clustering_rpc_requests (node_id, reply_to, ttl, payload) VALUES "
            + $"('{id}', gen_random_uuid(), CURRENT_TIMESTAMP + interval '5 seconds', "
            + "'{\"jsonrpc\":\"2.0\",\"method\":\"kong.sync.v2.notify_new_version\",\"params\":[{\"default\":{\"new_version\":3}}],\"id\":0}'); "
            + $"SELECT pg_notify('rpc:req:{id}', NULL)");
        Assert.Equal(3, (long)(await RpcWire.CalledAsync(tap))["params"]![0]!["default"]!["new_version"]!);
        JsonNode deletion = Assert.Single((await RpcWire.AskAsync(tap, 2, 103))["deltas"]!.AsArray())!;
        Assert.Null(deletion["entity"]);
        await ClusterScene.Eventually(
            () => Task.FromResult(_database.Text($"SELECT count(*)::text FROM clustering_rpc_requests WHERE node_id = '{id}'") == "0"), "the request is taken");
    }

    [Fact]
    public async Task Data_planes_at_other_control_planes_are_called_by_those()
    {
        await PostgresMigrations.BootstrapAsync(_database, null);
        await using TestGateway gateway = await StartAsync();
        Guid elsewhere = Guid.NewGuid();
        _database.Execute(
            "INSERT INTO clustering_data_planes (id, hostname, ip, last_seen, config_hash, version, rpc_capabilities) VALUES "
            + $"('{elsewhere}', 'h', '127.0.0.1', CURRENT_TIMESTAMP, '{new string('0', 32)}', '3.9.1', '{{kong.sync.v2}}')");

        await ClusterScene.PostAsync(gateway, "/services", """{"name":"s","host":"127.0.0.1"}""");

        await ClusterScene.Eventually(
            () => Task.FromResult(_database.Text($"SELECT count(*)::text FROM clustering_rpc_requests WHERE node_id = '{elsewhere}'") == "1"), "the request");
        JsonNode payload = JsonNode.Parse(_database.Text("SELECT payload::text FROM clustering_rpc_requests")!)!;
        Assert.Equal("kong.sync.v2.notify_new_version", (string)payload["method"]!);
        Assert.Equal(1, (long)payload["params"]![0]!["default"]!["new_version"]!);
    }

    private Task<TestGateway> StartAsync()
    {
        var settings = ClusterScene.Shared(
            "control_plane", [("cluster_listen", "127.0.0.1:0"), ("db_update_frequency", "0.2"), ("cluster_rpc", "on"), ("cluster_incremental_sync", "on")]);
        return PostgresGateway.StartAsync(_database, settings.Select(static pair => (pair.Key, pair.Value)));
    }
}
