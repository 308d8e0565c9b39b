using Gibbon.Pdk;
using Gibbon.Pdk.Entities;

namespace Gibbon.Tests.Proxy;

public sealed class PdkClientTests
{
    [Fact]
    public async Task A_consumer_that_a_plugin_authenticates_brings_its_own_configuration()
    {
        var notes = new Seen<string?>();
        await using var scene = await PdkScene.StartAsync(
            "/",
            null,
            ", {name: probe-b, config: {note: bobs}, consumer: " + PdkScene.Bob + "}",
            new ProbePlugin("probe-a", 2000)
            {
                OnAccess = static async (context, _) =>
                {
                    if (context.Request.HasHeader("X-Bob"))
                    {
                        var bob = await context.Client.LoadConsumerAsync("bob", searchByUsername: true);
                        context.Client.Authenticate(bob.Value, new Credential("c"));
                    }
                },
            },
            new ProbePlugin("probe-b", 1000) { OnAccess = (_, config) => { notes.Add(config.Note); return default; } });

        await scene.GetRawAsync("/");
        await scene.GetRawAsync("/", "X-Bob: 1");

        Assert.Null(notes.Next());
        Assert.Equal("bobs", notes.Next());
    }

    [Fact]
    public async Task What_was_authenticated_is_there_in_later_phases_and_in_the_log_entry()
    {
        var seen = new Seen<string>();
        await using var scene = await PdkScene.StartAsync(new ProbePlugin
        {
            OnAccess = static (context, _) =>
            {
                context.Client.Authenticate(new Consumer { Id = Guid.Parse(PdkScene.Bob), Username = "bob" }, new Credential("c"));
                return default;
            },
            OnLog = context =>
            {
                var entry = context.Log.Serialize();
                seen.Add($"{context.Client.Consumer?.Username} {context.Client.Credential?.Id} {entry.GetMap("consumer")?.GetString("username")} "
                    + entry.GetMap("authenticated_entity")?.GetString("id"));
            },
        });

        await scene.GetRawAsync("/");

        Assert.Equal("bob c bob c", seen.Next());
    }

    [Fact]
    public async Task State_is_a_plugins_own_and_shared_data_are_everybodys()
    {
        var seen = new Seen<string>();
        await using var scene = await PdkScene.StartAsync(
            new ProbePlugin("probe-a", 2000)
            {
                OnAccess = static (context, _) =>
                {
                    context.State<Note>().Text = "a's";
                    context.Shared["x"] = "early";
                    return default;
                },
                OnHeaderFilter = context => seen.Add($"a: {context.State<Note>().Text} {context.Shared["x"]}"),
            },
            new ProbePlugin("probe-b", 1000)
            {
                OnAccess = static (context, _) =>
                {
                    context.Shared["x"] = "late";
                    return default;
                },
                OnHeaderFilter = context => seen.Add($"b: {context.ExistingState<Note>()?.Text} {context.Shared["x"]}"),
            });

        await scene.GetRawAsync("/");

        Assert.Equal("a: a's late", seen.Next());
        Assert.Equal("b:  late", seen.Next());
    }

    private sealed class Note
    {
        public string? Text { get; set; }
    }
}
