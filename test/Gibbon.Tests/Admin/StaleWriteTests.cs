using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Admin;

/// <summary>Changes that are meant for a version of an entity (<c>If-Match</c>).</summary>
public sealed class StaleWriteTests(AdminFixture fixture) : IClassFixture<AdminFixture>
{
    private readonly AdminClient _admin = fixture.Client;

    [Fact]
    public async Task The_version_of_an_entity_is_told_wherever_it_is_shown_and_changes_with_it()
    {
        Answer made = await _admin.PostAsync("/services", new ValueMap { ["name"] = "told", ["host"] = "a.test" });
        Answer read = await _admin.GetAsync("/services/told");
        Answer changed = await _admin.PatchAsync("/services/told", new ValueMap { ["host"] = "b.test" });
        Answer route = await _admin.PostAsync("/services/told/routes", new ValueMap { ["name"] = "told-route", ["paths"] = new ValueList { "/told" } });

        Assert.Matches("^\"[0-9a-f]{32}\"$", Tag(read));
        Assert.Equal(Tag(made), Tag(read));
        Assert.NotEqual(Tag(read), Tag(changed));
        Assert.Equal(Tag(changed), Tag(await _admin.GetAsync($"/services/{made.Id}")));
        Assert.Equal(Tag(route), Tag(await _admin.GetAsync("/services/told/routes/told-route")));
        Assert.Equal(Tag(changed), Tag(await _admin.GetAsync("/routes/told-route/service")));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task A_change_of_an_entity_that_somebody_else_has_changed_is_refused(string method)
    {
        string name = "stale-" + method;
        string path = "/services/" + name;
        string seen = Tag(await _admin.PostAsync("/services", new ValueMap { ["name"] = name, ["host"] = "a.test" }));
        await _admin.PatchAsync(path, new ValueMap { ["host"] = "theirs.test" });

        Answer refused = await SendAsync(method, path, seen);

        Assert.Equal(412, refused.Status);
        Assert.Equal("the entity has changed since this version of it was read", refused.Body.GetString("message"));
        Answer now = await _admin.GetAsync(path);
        Assert.Equal("theirs.test", now.Body.GetString("host"));
        Assert.True((await SendAsync(method, path, Tag(now))).Status is 200 or 204);
    }

    [Fact]
    public async Task Of_many_who_have_seen_the_same_version_one_may_change_it()
    {
        string seen = Tag(await _admin.PostAsync("/services", new ValueMap { ["name"] = "contested", ["host"] = "a.test" }));

        Answer[] answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => SendAsync("PATCH", "/services/contested", seen, $"host-{i}.test")));

        Assert.Single(answers, static answer => answer.Status == 200);
        Assert.Equal(11, answers.Count(static answer => answer.Status == 412));
    }

    [Fact]
    public async Task What_is_not_there_is_in_no_version()
    {
        Assert.Equal(412, (await SendAsync("PUT", "/services/absent", "*")).Status);
        Assert.Equal(412, (await SendAsync("DELETE", "/services/absent", "*")).Status);
        Assert.Equal(404, (await SendAsync("PATCH", "/services/absent", "*")).Status);
        Assert.Equal(404, (await _admin.GetAsync("/services/absent")).Status);
    }

    [Fact]
    public async Task It_holds_for_what_belongs_to_another_entity_too()
    {
        await _admin.PostAsync("/upstreams", new ValueMap { ["name"] = "pool" });
        string target = Tag(await _admin.PostAsync("/upstreams/pool/targets", new ValueMap { ["target"] = "127.0.0.1:1" }));
        await _admin.PatchAsync("/upstreams/pool/targets/127.0.0.1:1", new ValueMap { ["weight"] = 5L });
        await _admin.PostAsync("/consumers", new ValueMap { ["username"] = "anna" });
        Answer key = await _admin.PostAsync("/consumers/anna/key-auth", new ValueMap { ["key"] = "k1", ["ttl"] = 1000L });
        await _admin.PutAsync("/consumer_groups/gold", []);
        string group = Tag(await _admin.GetAsync("/consumer_groups/gold"));

        Assert.Equal(412, (await SendAsync("PATCH", "/upstreams/pool/targets/127.0.0.1:1", target, body: new ValueMap { ["weight"] = 6L })).Status);
        Assert.Equal(200, (await SendAsync("PATCH", "/consumer_groups/gold", group, body: new ValueMap { ["tags"] = new ValueList { "x" } })).Status);
        Assert.Equal(412, (await SendAsync("DELETE", "/consumer_groups/gold", group)).Status);

        // Its time to live has gone on since; that is no change.
        await Task.Delay(1100);
        string path = $"/consumers/anna/key-auth/{key.Id}";
        Assert.Equal(200, (await SendAsync("PATCH", path, Tag(await _admin.GetAsync(path)), body: new ValueMap { ["tags"] = new ValueList { "y" } })).Status);
    }

    [Fact]
    public async Task A_page_of_another_origin_may_read_the_version()
    {
        await _admin.PostAsync("/services", new ValueMap { ["name"] = "shown", ["host"] = "a.test" });

        Answer answer = await _admin.SendAsync("GET", "/services/shown", null, ("Origin", "http://localhost:8002"));

        Assert.Equal("ETag", Assert.Single(answer.Headers.GetValues("Access-Control-Expose-Headers")));
    }

    private Task<Answer> SendAsync(string method, string path, string ifMatch, string host = "mine.test", ValueMap? body = null) => _admin.SendAsync(
        method,
        path,
        method == "DELETE" ? null : new ByteArrayContent(Pdk.ValueJson.Write(body ?? new ValueMap { ["host"] = host })) { Headers = { ContentType = new("application/json") } },
        ("If-Match", ifMatch));

    private static string Tag(Answer answer) => answer.Headers.TryGetValues("ETag", out IEnumerable<string>? tags) ? tags.Single() : throw new InvalidOperationException($"no ETag: {answer.Text}");
}
