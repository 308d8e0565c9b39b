using System.Net;
using Gibbon.Pdk.Schemas;
using Gibbon.Storage.Versions;
using Gibbon.Testing;
using Microsoft.Data.Sqlite;

namespace Gibbon.Tests.Admin.Applying;

public sealed class VersionTests
{
    public static TheoryData<string> Stores => ApplyScene.Stores;

    [Theory, MemberData(nameof(Stores))]
    public async Task A_version_says_what_changed_when_by_whom_and_why(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        long start = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        await scene.AppliedAsync("{_format_version: '3.0', services: [{name: a, host: h}]}", "?reason=first", ("Kong-Admin-User", "ann"));
        await scene.AppliedAsync("{_format_version: '3.0', services: [{name: a, host: other}, {name: b, host: h}]}");
        Answer list = await scene.Admin.GetAsync("/versions");
        List<ValueMap> versions = [.. list.Body.GetList("data")!.OfType<ValueMap>()];
        Assert.Equal([2L, 1L], versions.Select(static version => version["version"]));
        ValueMap first = versions[1];
        Assert.Equal(
            ("apply", "ann", "127.0.0.1", "POST /apply", "first", 1L, 0L, 0L),
            (first["source"], first["by"], first["client"], first["request"], first["reason"], first["created"], first["updated"], first["deleted"]));
        Assert.InRange((long)first["created_at"]!, start, DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        Answer second = await scene.Admin.GetAsync("/versions/2");
        Assert.Equal(["create services b", "update services a (host)"], ApplyScene.Changes(second).Order(StringComparer.Ordinal));
        ValueMap update = second.Body.GetList("changes")!.OfType<ValueMap>().Single(static change => change.GetString("operation") == "update");
        Assert.Equal(("h", "other"), (update.GetMap("before")!.GetString("host"), update.GetMap("after")!.GetString("host")));
        Assert.StartsWith("\"2", list.Headers.ETag!.Tag, StringComparison.Ordinal);
        Assert.Equal(404, (await scene.Admin.GetAsync("/versions/3")).Status);
        Assert.Equal(404, (await scene.Admin.GetAsync("/versions/x")).Status);
        Answer page = await scene.Admin.GetAsync("/versions?size=1");
        Assert.Equal("/versions?offset=2&size=1", page.Body.GetString("next"));
        Assert.Equal(2, (await scene.Admin.AllAsync("/versions?size=1")).Count);
        Answer changes = await scene.Admin.GetAsync("/versions/2?size=1");
        Assert.Single(ApplyScene.Changes(changes));
        Assert.Single(ApplyScene.Changes(await scene.Admin.GetAsync(changes.Body.GetString("next")!)));
    }

    [Theory, InlineData("sqlite"), InlineData("postgres")]
    public async Task Every_write_of_the_Admin_API_is_a_version_and_what_plugins_store_is_none(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        await scene.Admin.PostAsync("/consumers", new ValueMap { ["username"] = "ann" });
        await scene.Admin.PatchAsync("/consumers/ann", new ValueMap { ["custom_id"] = "7" });
        await scene.Admin.PatchAsync("/consumers/ann", new ValueMap { ["custom_id"] = "7" });
        await scene.Admin.PostAsync("/consumers", new ValueMap { ["username"] = "ann" });
        await scene.Admin.DeleteAsync("/consumers/ann");
        List<ValueMap> versions = await scene.Admin.AllAsync("/versions");
        Assert.Equal(["DELETE /consumers/:consumers", "PATCH /consumers/:consumers", "POST /consumers"], versions.Select(static version => version["request"]));
        Assert.All(versions, static version => Assert.Equal("admin", version["source"]));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Rolling_back_makes_everything_what_it_was(string store)
    {
        await using FakeUpstream upstream = FakeUpstream.Start(UpstreamAnswer.Text("ok"));
        await using ApplyScene scene = await ApplyScene.StartAsync(store);
        string before = $"{{_format_version: '3.0', services: [{{name: a, url: '{upstream.Url}', routes: [{{name: r, paths: [/r], plugins: [{{name: cors}}]}}]}}], consumers: [{{username: ann}}]}}";
        await scene.AppliedAsync(before);
        await scene.AppliedAsync("{_format_version: '3.0', consumers: [{username: bob}, {username: ann, custom_id: x}]}");
        await scene.AppliedAsync("{_format_version: '3.0', services: [{name: c, host: h}]}");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(scene, "/r"));

        Answer plan = await scene.Admin.SendAsync("POST", "/versions/1/rollback?plan=1");
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(scene, "/r"));
        Answer stale = await scene.Admin.SendAsync("POST", "/versions/1/rollback", null, ("If-Match", "\"2\""));
        Answer done = await scene.Admin.SendAsync("POST", "/versions/1/rollback?reason=oops", null, ("If-Match", "\"3\""));
        Assert.Equal((200, 412, 200), (plan.Status, stale.Status, done.Status));
        Assert.Equal(ApplyScene.Changes(plan).Order(StringComparer.Ordinal), ApplyScene.Changes(done).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(scene, "/r"));
        Assert.Empty(ApplyScene.Changes(await scene.AppliedAsync(before, "?plan=1")));

        ValueMap version = (await scene.Admin.GetAsync("/versions/4")).Body;
        Assert.Equal(("rollback", 1L, "oops"), (version["source"], version["rollback_to"], version["reason"]));
        Assert.Equal(200, (await scene.Admin.SendAsync("POST", "/versions/3/rollback")).Status);
        Assert.Equal(["c"], await scene.NamesAsync("/services"));
        Assert.Equal(200, (await scene.Admin.SendAsync("POST", "/versions/0/rollback")).Status);
        Assert.Empty(await scene.NamesAsync("/services"));
        Assert.Equal(404, (await scene.Admin.SendAsync("POST", "/versions/99/rollback")).Status);
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task As_many_versions_are_kept_as_the_setting_says(string store)
    {
        await using ApplyScene scene = await ApplyScene.StartAsync(store, ("admin_versions", "3"));
        for (int i = 1; i <= 6; i++)
        {
            await scene.AppliedAsync($"{{_format_version: '3.0', services: [{{name: s{i}, host: h}}]}}");
        }

        Assert.Equal([6L, 5L, 4L], (await scene.Admin.AllAsync("/versions")).Select(static version => version["version"]));
        Assert.Equal(404, (await scene.Admin.GetAsync("/versions/3")).Status);
        Assert.Equal(409, (await scene.Admin.SendAsync("POST", "/versions/2/rollback")).Status);
        Assert.Equal(200, (await scene.Admin.SendAsync("POST", "/versions/3/rollback")).Status);
        Assert.Equal(["s3"], await scene.NamesAsync("/services"));
    }

    [Fact]
    public async Task The_oldest_versions_go_when_there_are_too_many_changes_altogether()
    {
        await using ApplyScene scene = await ApplyScene.StartAsync("sqlite", ("admin_versions", "3"));
        for (int i = 1; i <= 4; i++)
        {
            await scene.AppliedAsync($"{{_format_version: '3.0', services: [{{name: s{i}, host: h}}]}}");
        }

        await using (SqliteConnection database = new($"Data Source={Path.Combine(scene.Admin.Gateway.Prefix, "gibbon.db")};Pooling=False"))
        {
            await database.OpenAsync();
            await using SqliteCommand command = database.CreateCommand();
            command.CommandText = $"UPDATE gibbon_version_counter SET changes = changes + {VersionLimits.MostChanges}";
            Assert.Equal(1, await command.ExecuteNonQueryAsync());
        }

        await scene.AppliedAsync("{_format_version: '3.0', services: [{name: s5, host: h}]}");
        Assert.Equal([5L], (await scene.Admin.AllAsync("/versions")).Select(static version => version["version"]));
        Assert.Equal(404, (await scene.Admin.GetAsync("/versions/4")).Status);
    }

    [Fact]
    public async Task Without_kept_versions_their_numbers_still_guard()
    {
        await using ApplyScene scene = await ApplyScene.StartAsync("sqlite", ("admin_versions", "0"));
        Answer first = await scene.AppliedAsync("{_format_version: '3.0', services: [{name: a, host: h}]}");
        Assert.Equal("\"1\"", first.Headers.ETag!.Tag);
        Assert.Empty(await scene.Admin.AllAsync("/versions"));
        Assert.Equal(412, (await scene.ApplyAsync("{_format_version: '3.0'}", headers: ("If-Match", "\"0\""))).Status);
    }

    private static async Task<HttpStatusCode> StatusAsync(ApplyScene scene, string path)
    {
        using HttpResponseMessage answer = await scene.Admin.Gateway.Client.GetAsync(path);
        return answer.StatusCode;
    }
}
