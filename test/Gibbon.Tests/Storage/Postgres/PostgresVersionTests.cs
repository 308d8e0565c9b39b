using Gibbon.Pdk;
using Gibbon.Pdk.Schemas;
using Gibbon.Tests.Admin;
using Gibbon.Tests.Certificates;

namespace Gibbon.Tests.Storage.Postgres;

/// <summary>Changes that are meant for a version (<c>If-Match</c>), on two nodes that share a database: what was checked is what is written.</summary>
public sealed class PostgresVersionTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>, IAsyncLifetime
{
    private AdminClient[] _nodes = [];

    public async ValueTask InitializeAsync()
    {
        await PostgresMigrations.BootstrapAsync(database);
        _nodes = [AdminClient.Of(await PostgresGateway.StartAsync(database)), AdminClient.Of(await PostgresGateway.StartAsync(database))];
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    public async Task Of_many_on_two_nodes_who_have_seen_the_same_version_one_may_change_it(string method)
    {
        string path = "/services/contested-" + method;
        Answer seen = await _nodes[0].PutAsync(path, new ValueMap { ["host"] = "first.test" });
        for (int round = 0; round < 12; round++)
        {
            Answer[] answers = await AllAsync(i => (method, path, new ValueMap { ["host"] = $"host-{round}-{i}.test" }), seen);

            Answer winner = OnlyWinner(answers);
            Assert.All(answers.Where(answer => answer != winner), static answer =>
                Assert.Equal("{\"name\":\"precondition failed\",\"message\":\"the entity has changed since this version of it was read\"}", answer.Text));
            seen = await _nodes[round % 2].GetAsync(path);
            Assert.Equal(winner.Body.GetString("host"), seen.Body.GetString("host"));
            Assert.Equal(Tag(winner), Tag(seen));
        }
    }

    [Fact]
    public async Task Of_many_who_delete_and_change_one_version_one_does()
    {
        for (int round = 0; round < 12; round++)
        {
            string path = $"/consumers/contested-{round}";
            Answer seen = await _nodes[0].PutAsync(path, []);
            Answer[] answers = await AllAsync(
                i => i / 2 % 2 == 0 ? ("DELETE", path, null) : ("PATCH", path, new ValueMap { ["custom_id"] = $"{round}-{i}" }), seen);
            Answer winner = OnlyWinner(answers, 404);
            Assert.Equal(winner.Status == 204 ? 404 : 200, (await _nodes[1].GetAsync(path)).Status);
        }
    }

    [Fact]
    public async Task What_is_shown_with_an_entity_and_stored_elsewhere_is_part_of_its_version()
    {
        (string certificate, string key) = TestCertificates.For("names.test");
        Answer seen = await _nodes[0].PostAsync("/certificates", new ValueMap { ["cert"] = certificate, ["key"] = key });
        Assert.Equal(201, seen.Status);
        string path = $"/certificates/{seen.Id}";
        for (int round = 0; round < 12; round++)
        {
            Answer[] answers = await AllAsync(i => ("PATCH", path, new ValueMap { ["snis"] = new ValueList { $"n{round}-{i}.test" } }), seen);

            Answer winner = OnlyWinner(answers);
            seen = await _nodes[round % 2].GetAsync(path);
            Assert.Equal(winner.Body.GetList("snis"), seen.Body.GetList("snis"));
            Assert.Single(seen.Body.GetList("snis")!);
        }
    }

    [Fact]
    public async Task Of_many_on_two_nodes_who_apply_to_one_version_one_does()
    {
        string document(string name) => $$"""{"_format_version":"3.0","services":[{"name":"{{name}}","host":"h.test"}]}""";
        Answer seen = await _nodes[0].SendTextAsync("POST", "/apply", document("before"), "application/json");
        for (int round = 0; round < 6; round++)
        {
            string tag = Tag(seen);
            Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _nodes[i % 2].SendAsync(
                "POST", "/apply", new StringContent(document($"s{round}-{i}"), null, "application/json"), ("If-Match", tag))));

            seen = OnlyWinner(answers);
            ValueMap only = Assert.Single(await _nodes[round % 2].AllAsync("/services"));
            Assert.Contains(seen.Body.GetList("changes")!.OfType<ValueMap>(), change => change.GetString("name") == only.GetString("name"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (AdminClient node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private async Task<Answer[]> AllAsync(Func<int, (string Method, string Path, ValueMap? Body)> ask, Answer seen)
    {
        string tag = Tag(seen);
        return await Task.WhenAll(Enumerable.Range(0, 8).Select(i => SendAsync(_nodes[i % 2], ask(i), tag)));
    }

    private static Task<Answer> SendAsync(AdminClient node, (string Method, string Path, ValueMap? Body) ask, string tag) => node.SendAsync(
        ask.Method,
        ask.Path,
        ask.Body is null ? null : new ByteArrayContent(ValueJson.Write(ask.Body)) { Headers = { ContentType = new("application/json") } },
        ("If-Match", tag));

    private static Answer OnlyWinner(Answer[] answers, int missing = 412)
    {
        string all = string.Join('\n', answers.Select(static answer => $"{answer.Status} {answer.Text}"));
        Assert.True(answers.Count(static answer => answer.Status is 200 or 204) == 1, all);
        Assert.True(answers.Count(answer => answer.Status == 412 || answer.Status == missing) == answers.Length - 1, all);
        return answers.Single(static answer => answer.Status is 200 or 204);
    }

    private static string Tag(Answer answer) => answer.Headers.ETag?.Tag ?? throw new InvalidOperationException($"no ETag: {answer.Status} {answer.Text}");
}
