using Gibbon.Pdk.Schemas;
using Gibbon.Tests.Admin;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>How many versions two nodes on one database keep. Each counts on its own which one is next, and finds out when the other was faster.</summary>
public sealed class PostgresKeptVersionsTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const int Kept = 3;

    [Fact]
    public async Task Nodes_that_take_turns_keep_as_many_versions_as_the_setting_says_and_the_changes_of_no_other()
    {
        await PostgresMigrations.BootstrapAsync(database);
        await using AdminClient one = AdminClient.Of(await PostgresGateway.StartAsync(database, ("admin_versions", $"{Kept}")));
        await using AdminClient other = AdminClient.Of(await PostgresGateway.StartAsync(database, ("admin_versions", $"{Kept}")));
        string services = string.Join(',', Enumerable.Range(0, 30).Select(static i => $"{{\"name\":\"many{i}\",\"host\":\"h\"}}"));
        Assert.Equal(200, (await one.SendTextAsync("POST", "/apply", $"{{\"_format_version\":\"3.0\",\"services\":[{services}]}}", "application/json")).Status);
        Assert.Equal([["1", "30"]], Changes());
        long version = 1;
        foreach (AdminClient node in new[] { one, one, one, one, other, one, other, other, other, one })
        {
            Assert.Equal(200, (await node.PatchAsync("/services/many7", new ValueMap { ["host"] = $"h{version}" })).Status);
            version++;
            string[][] kept = [.. Enumerable.Range(0, Kept).Select(i => version - Kept + 1 + i).Where(static number => number > 0).Select(static number => new[] { $"{number}", number == 1 ? "30" : "1" })];
            Assert.Equal(kept, Changes());
            Assert.Equal(kept.Select(static row => row[0]), database.Rows("SELECT number FROM gibbon_versions ORDER BY number").Select(static row => row[0]));
        }
    }

    private List<string?[]> Changes() => database.Rows("SELECT version, COUNT(*) FROM gibbon_version_changes GROUP BY version ORDER BY version");
}
