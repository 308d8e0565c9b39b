using System.Text.Json.Nodes;

namespace Gibbon.Plugins.Session;

/// <summary>Storage <c>kong</c>: sessions in the database.</summary>
public sealed class StoredSessionTests
{
    [Fact]
    public async Task A_session_lies_in_the_database_and_the_cookie_only_names_it()
    {
        await using var scene = await StartAsync();

        using var first = await LogInAsync(scene);
        var cookie = Cookie(first);
        using var second = await scene.SendAsync("GET", "/x", null, ("Cookie", cookie));
        var stored = Assert.Single(await scene.ListAsync("/sessions"))!;

        Assert.Equal("bob", scene.Received.Header("X-Consumer-Username"));
        Assert.Null(second.Header("Set-Cookie"));
        Assert.True(cookie.Length < 130, cookie);
        Assert.DoesNotContain("bob", (string)stored["data"]!);
        Assert.True((long)stored["expires"]! > DateTimeOffset.UtcNow.ToUnixTimeSeconds());
    }

    [Fact]
    public async Task A_session_that_is_taken_out_of_the_database_is_over()
    {
        await using var scene = await StartAsync();
        using var first = await LogInAsync(scene);
        var cookie = Cookie(first);
        using var before = await scene.SendAsync("GET", "/x", null, ("Cookie", cookie));

        var id = (string)Assert.Single(await scene.ListAsync("/sessions"))!["id"]!;
        using var deleted = await scene.Gateway.Admin.DeleteAsync($"/sessions/{id}");
        await scene.SendAsync("GET", "/x", null, ("Cookie", cookie));

        Assert.Equal((200, 204), ((int)before.StatusCode, (int)deleted.StatusCode));
        Assert.Equal("anon", scene.Received.Header("X-Consumer-Username"));
    }

    [Fact]
    public async Task Logging_out_takes_the_session_out_of_the_database()
    {
        await using var scene = await StartAsync();
        using var first = await LogInAsync(scene);

        using var logout = await scene.SendAsync("DELETE", "/x?session_logout=1", null, ("Cookie", Cookie(first)));
        var left = await scene.ListAsync("/sessions");
        await scene.SendAsync("GET", "/x", null, ("Cookie", Cookie(first)));

        Assert.Empty(left);
        Assert.Equal("anon", scene.Received.Header("X-Consumer-Username"));
    }

    [Fact]
    public async Task A_remembered_session_takes_the_place_of_its_row_and_logging_out_takes_out_both()
    {
        await using var scene = await StartAsync(config => config["remember"] = true);
        using var login = await scene.SendAsync("GET", "/x", null, ("apikey", "kb"));
        await UntilStoredAsync(scene, 2);
        var remembered = login.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("remember=", StringComparison.Ordinal)).Split(';')[0];

        using var renewed = await scene.SendAsync("GET", "/x", null, ("Cookie", remembered));
        Assert.Equal("bob", scene.Received.Header("X-Consumer-Username"));
        Assert.Equal(3, (await scene.ListAsync("/sessions")).Count);
        var cookies = string.Join("; ", renewed.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]));
        using var logout = await scene.SendAsync("DELETE", "/x?session_logout=1", null, ("Cookie", cookies));

        Assert.Single(await scene.ListAsync("/sessions"));
    }

    /// <summary>Proves to be Bob. The session is stored after the answer.</summary>
    static async Task<HttpResponseMessage> LogInAsync(DatabaseScene scene)
    {
        var response = await scene.SendAsync("GET", "/x", null, ("apikey", "kb"));
        await UntilStoredAsync(scene, 1);
        return response;
    }

    static async Task UntilStoredAsync(DatabaseScene scene, int count)
    {
        for (var i = 0; i < 600 && (await scene.ListAsync("/sessions")).Count < count; i++)
            await Task.Delay(100);
    }

    static string Cookie(HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("Set-Cookie")).Split(';')[0];

    static async Task<DatabaseScene> StartAsync(Action<JsonObject>? change = null)
    {
        var scene = await DatabaseScene.StartAsync();
        await scene.PostAsync("/consumers", new JsonObject { ["username"] = "bob" });
        await scene.PostAsync("/consumers", new JsonObject { ["username"] = "anon" });
        await scene.PostAsync("/consumers/bob/key-auth", new JsonObject { ["key"] = "kb" });
        await scene.PostAsync("/plugins", new JsonObject { ["name"] = "key-auth", ["config"] = new JsonObject { ["anonymous"] = "anon" } });
        var config = new JsonObject { ["secret"] = "s3cret", ["storage"] = "kong", ["cookie_secure"] = false };
        change?.Invoke(config);
        await scene.PostAsync("/services/echo/plugins", new JsonObject { ["name"] = "session", ["config"] = config });
        return scene;
    }
}
