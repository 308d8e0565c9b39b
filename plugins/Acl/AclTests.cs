using System.Net;

namespace Gibbon.Plugins.Acl;

public sealed class AclTests
{
    [Fact]
    public async Task Of_the_allowed_groups_one_suffices()
    {
        await using var scene = await Scene.StartAsync("{name: key-auth}", "{name: acl, config: {allow: [red, gold]}}");

        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync("/x", ("apikey", "kb"))).StatusCode);
        Assert.Equal(["blue", "red"], scene.Received.Header("X-Consumer-Groups")!.Split(", ").Order());
        Assert.Equal((403, "You cannot consume this service"), await (await scene.GetAsync("/x", ("apikey", "ke"))).ErrorAsync());
    }

    [Fact]
    public async Task One_denied_group_suffices_to_be_turned_away()
    {
        await using var scene = await Scene.StartAsync("{name: key-auth}", "{name: acl, config: {deny: [red]}}");

        Assert.Equal((403, "You cannot consume this service"), await (await scene.GetAsync("/x", ("apikey", "kb"))).ErrorAsync());
        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync("/x", ("apikey", "ke"))).StatusCode);
        Assert.Equal("green", scene.Received.Header("X-Consumer-Groups"));
    }

    [Fact]
    public async Task A_consumer_without_groups_is_not_allowed_and_not_denied()
    {
        await using var denying = await Scene.StartAsync("{name: key-auth, config: {anonymous: anon}}", "{name: acl, config: {deny: [red]}}");
        Assert.Equal(HttpStatusCode.OK, (await denying.GetAsync("/x")).StatusCode);
        Assert.Equal("", denying.Received.Header("X-Consumer-Groups"));

        await using var allowing = await Scene.StartAsync("{name: key-auth, config: {anonymous: anon}}", "{name: acl, config: {allow: [red]}}");
        Assert.Equal((401, "Unauthorized"), await (await allowing.GetAsync("/x")).ErrorAsync());
    }

    [Fact]
    public async Task Nobody_is_unauthorized()
    {
        await using var scene = await Scene.StartAsync("{name: acl, config: {deny: [red]}}");

        Assert.Equal((401, "Unauthorized"), await (await scene.GetAsync("/x")).ErrorAsync());
    }

    [Fact]
    public async Task Groups_that_are_told_are_not_the_clients_own_claim()
    {
        await using var scene = await Scene.StartAsync("{name: key-auth}", "{name: acl, config: {allow: [green]}}");

        await scene.GetAsync("/x", ("apikey", "ke"), ("X_Consumer_Groups", "gold"), ("X-Authenticated-Groups", "gold"));

        Assert.Equal("green", scene.Received.Header("X-Consumer-Groups"));
        Assert.DoesNotContain(scene.Received.Headers, header => header.Value == "gold");
    }

    [Fact]
    public async Task Groups_may_be_hidden()
    {
        await using var scene = await Scene.StartAsync("{name: key-auth}", "{name: acl, config: {allow: [green], hide_groups_header: true}}");

        await scene.GetAsync("/x", ("apikey", "ke"));

        Assert.Null(scene.Received.Header("X-Consumer-Groups"));
    }
}
