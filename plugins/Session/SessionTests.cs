using System.Text;

namespace Gibbon.Plugins.Session;

public sealed class SessionTests
{
    const string Auth = "{name: key-auth, config: {anonymous: anon}}";

    [Fact]
    public async Task Who_has_proved_to_be_somebody_need_not_do_so_again()
    {
        await using var scene = await StartAsync("");

        using var first = await scene.GetAsync("/x", ("apikey", "kb"));
        var cookie = Cookie(first);
        Assert.Matches("^session=[A-Za-z0-9_-]{110}[A-Za-z0-9_-]+; Path=/; SameSite=Strict; HttpOnly$", Assert.Single(first.Headers.GetValues("Set-Cookie")));
        using var second = await scene.GetAsync("/x", ("Cookie", $"a=b; {cookie}"));
        Assert.Equal(
            ("bob", Scene.BobsKey, null),
            (scene.Received.Header("X-Consumer-Username"), scene.Received.Header("X-Credential-Identifier"), scene.Received.Header("X-Anonymous-Consumer")));
        Assert.Null(second.Header("Set-Cookie"));
        await scene.GetAsync("/x");
        Assert.Equal("anon", scene.Received.Header("X-Consumer-Username"));
    }

    [Fact]
    public async Task A_cookie_that_was_changed_is_worth_nothing()
    {
        await using var scene = await StartAsync("");
        var cookie = Cookie(await scene.GetAsync("/x", ("apikey", "kb")));
        await using var other = await StartAsync("", secret: "another");

        for (var place = "session=".Length; place < cookie.Length; place += 7)
        {
            var changed = cookie[..place] + (cookie[place] == 'A' ? 'B' : 'A') + cookie[(place + 1)..];
            await scene.GetAsync("/x", ("Cookie", changed));
            Assert.Equal("anon", scene.Received.Header("X-Consumer-Username"));
        }

        foreach (var broken in new[] { "session=", "session=AAAA", cookie[..^5], cookie + "AAAA", "session=" + new string('A', 200) })
        {
            await scene.GetAsync("/x", ("Cookie", broken));
            Assert.Equal("anon", scene.Received.Header("X-Consumer-Username"));
        }

        await other.GetAsync("/x", ("Cookie", cookie));
        Assert.Equal("anon", other.Received.Header("X-Consumer-Username"));
        Assert.DoesNotContain("s3cret", scene.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logging_out_ends_the_session()
    {
        await using var scene = await StartAsync("read_body_for_logout: true, ");
        var cookie = Cookie(await scene.GetAsync("/x", ("apikey", "kb")));

        using var kept = await scene.GetAsync("/x?session_logout=1", ("Cookie", cookie));
        Assert.Equal("bob", scene.Received.Header("X-Consumer-Username"));
        using var query = await scene.SendAsync("DELETE", "/x?session_logout", ("Cookie", cookie));
        using var body = await scene.SendAsync("POST", "/x", new FormUrlEncodedContent([new("session_logout", "1")]), ("Cookie", cookie));
        foreach (var done in new[] { query, body })
        {
            Assert.Equal((200, ""), ((int)done.StatusCode, await done.Content.ReadAsStringAsync()));
            Assert.Equal("session=; Path=/; SameSite=Strict; HttpOnly; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0", done.Header("Set-Cookie"));
        }
    }

    [Fact]
    public async Task Another_client_gets_another_session()
    {
        await using var scene = await StartAsync("");
        var cookie = Cookie(await scene.GetAsync("/x", ("apikey", "kb")));

        // With a session the key is not looked at; a plugin without an anonymous consumer looks all the same.
        await using var strict = await Scene.StartAsync(
            "{name: session, config: {secret: s3cret, cookie_secure: false}}", "{name: key-auth}");
        var next = Cookie(await strict.GetAsync("/x", ("apikey", "ke"), ("Cookie", cookie)));
        Assert.NotEqual(cookie, next);
        await scene.GetAsync("/x", ("Cookie", next));
        Assert.Equal("eve", scene.Received.Header("X-Consumer-Username"));
    }

    [Fact]
    public async Task Clients_and_services_may_be_told_of_the_session()
    {
        await using var scene = await StartAsync(
            "response_headers: [id, timeout, absolute-timeout], request_headers: [subject, audience, rolling-timeout], rolling_timeout: 500, ");
        var cookie = Cookie(await scene.GetAsync("/x", ("apikey", "kb")));

        using var response = await scene.GetAsync("/x", ("Cookie", cookie), ("Session-Subject", "eve"));

        Assert.Matches("^[A-Za-z0-9_-]{43}$", response.Header("Session-Id"));
        Assert.InRange(int.Parse(response.Header("Session-Timeout")!), 1, 500);
        Assert.InRange(int.Parse(response.Header("Session-Absolute-Timeout")!), 86000, 86400);
        Assert.Equal(("bob", "default"), (scene.Received.Header("Session-Subject"), scene.Received.Header("Session-Audience")));
        Assert.NotNull(scene.Received.Header("Session-Rolling-Timeout"));
    }

    [Fact]
    public async Task A_remembered_session_comes_back()
    {
        await using var scene = await StartAsync("remember: true, ");

        using var first = await scene.GetAsync("/x", ("apikey", "kb"));
        var remembered = first.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("remember=", StringComparison.Ordinal));
        Assert.Contains("; Max-Age=604800", remembered, StringComparison.Ordinal);
        using var later = await scene.GetAsync("/x", ("Cookie", remembered.Split(';')[0]));
        Assert.Equal("bob", scene.Received.Header("X-Consumer-Username"));
        Assert.Equal(["remember", "session"], later.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split('=')[0]).Order());
    }

    [Theory]
    [InlineData("cookie_same_site: None, ", "; Path=/; SameSite=None; Secure; HttpOnly")]
    [InlineData("cookie_same_site: null, cookie_http_only: null, cookie_path: null, ", "; Path=/; SameSite=Lax; HttpOnly")]
    [InlineData("cookie_domain: localhost, cookie_http_only: false, ", "; Path=/; SameSite=Strict")]
    [InlineData("cookie_domain: a.test, cookie_same_site: Default, ", "; Domain=a.test; Path=/; SameSite=Default; HttpOnly")]
    public async Task A_cookie_has_the_attributes_of_the_configuration(string config, string attributes)
    {
        await using var scene = await StartAsync(config);

        var cookie = Assert.Single((await scene.GetAsync("/x", ("apikey", "kb"))).Headers.GetValues("Set-Cookie"));

        Assert.Equal(attributes, cookie[cookie.IndexOf(';', StringComparison.Ordinal)..]);
    }

    [Fact]
    public async Task Timeouts_that_are_null_are_the_defaults()
    {
        await using var scene = await StartAsync(
            "idling_timeout: null, rolling_timeout: null, absolute_timeout: null, audience: null, response_headers: [idling-timeout, rolling-timeout, absolute-timeout, audience], ");
        var cookie = Cookie(await scene.GetAsync("/x", ("apikey", "kb")));

        using var response = await scene.GetAsync("/x", ("Cookie", cookie));

        Assert.InRange(int.Parse(response.Header("Session-Idling-Timeout")!), 500, 900);
        Assert.InRange(int.Parse(response.Header("Session-Rolling-Timeout")!), 3200, 3600);
        Assert.InRange(int.Parse(response.Header("Session-Absolute-Timeout")!), 86000, 86400);
        Assert.Equal("default", response.Header("Session-Audience"));
    }

    [Fact]
    public async Task Audiences_share_a_cookie_and_one_that_logs_out_leaves_it_to_the_others()
    {
        await using var first = await StartAsync("audience: a, ");
        await using var second = await StartAsync("audience: b, ");

        var cookie = Cookie(await first.GetAsync("/x", ("apikey", "kb")));
        using var unknown = await second.GetAsync("/x", ("Cookie", cookie), ("apikey", "ke"));
        var shared = Cookie(unknown);
        await first.GetAsync("/x", ("Cookie", shared));
        Assert.Equal("bob", first.Received.Header("X-Consumer-Username"));
        await second.GetAsync("/x", ("Cookie", shared));
        Assert.Equal("eve", second.Received.Header("X-Consumer-Username"));

        var left = Cookie(await second.SendAsync("DELETE", "/x?session_logout=1", ("Cookie", shared)));
        await second.GetAsync("/x", ("Cookie", left));
        Assert.Equal("anon", second.Received.Header("X-Consumer-Username"));
        await first.GetAsync("/x", ("Cookie", left));
        Assert.Equal("bob", first.Received.Header("X-Consumer-Username"));
    }

    [Fact]
    public async Task Who_logs_out_with_a_remembered_session_is_forgotten()
    {
        await using var scene = await StartAsync("remember: true, ");
        using var login = await scene.GetAsync("/x", ("apikey", "kb"));
        var remembered = login.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("remember=", StringComparison.Ordinal)).Split(';')[0];

        using var logout = await scene.SendAsync("DELETE", "/x?session_logout=1", ("Cookie", remembered));

        Assert.Equal(
            ["remember=; Path=/", "session=; Path=/"],
            logout.Headers.GetValues("Set-Cookie").Select(cookie => string.Join(';', cookie.Split(';')[..2])).Order());
        Assert.All(logout.Headers.GetValues("Set-Cookie"), cookie => Assert.EndsWith("; Max-Age=0", cookie, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cookie_may_come_in_the_second_of_two_headers_and_null_in_a_body_logs_out()
    {
        await using var scene = await StartAsync("read_body_for_logout: true, ");
        var cookie = Cookie(await scene.GetAsync("/x", ("apikey", "kb")));

        var answer = await scene.GetRawAsync("/x", "Cookie: a=b", $"Cookie: {cookie}", "Connection: close");
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.Equal("bob", scene.Received.Header("X-Consumer-Username"));

        using var logout = await scene.SendAsync(
            "POST", "/x", new StringContent("""{"session_logout":null}""", Encoding.UTF8, "application/json"), ("Cookie", cookie));
        Assert.Contains("Max-Age=0", logout.Header("Set-Cookie"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_that_does_not_fit_into_one_cookie_takes_several()
    {
        var cookies = new SessionCookies(new SessionConfig(), "session");

        Assert.Equal((1, 1, 2, 9, 0), (cookies.Count(0), cookies.Count(3978), cookies.Count(3979), cookies.Count(36000), cookies.Count(37000)));
    }

    [Fact]
    public void A_head_says_what_it_was_made_of()
    {
        var keys = new SessionKeys("s3cret");
        var head = SessionHead.Create(SessionHead.CompressedFlag, 1_700_000_000, 70_000, 100_000);
        var payload = head.Seal(keys, remember: false, "content"u8);
        head.Touch(keys, 300);

        var read = SessionHead.Read(head.Text, keys)!;

        Assert.Equal(
            (SessionHead.CompressedFlag, 1_700_000_000, 70_000, 100_000, 300),
            (read.Flags, read.Created, read.RollingOffset, read.PayloadSize, read.IdlingOffset));
        Assert.Equal("content", Encoding.ASCII.GetString(keys.Decrypt(read.Sid, false, payload, read.Sealed, read.Tag)!));
        Assert.Null(keys.Decrypt(read.Sid, true, payload, read.Sealed, read.Tag));
        Assert.Null(SessionHead.Read(head.Text, new SessionKeys("other")));
    }

    [Fact]
    public void Long_contents_are_compressed_and_bombs_do_not_explode()
    {
        var content = SessionContent.Empty("a");
        content.Set("c", "k", Enumerable.Range(0, 500).Select(i => $"group {i}"), "bob");

        var plain = content.Write(out var isCompressed);

        Assert.True(isCompressed);
        var read = SessionContent.Read(plain, isCompressed, "a")!;
        Assert.Equal(("c", "k", "bob", 500), (read.ConsumerId, read.CredentialId, read.Subject, read.Groups!.Count()));
        Assert.False(SessionContent.Read(plain, isCompressed, "b")!.HasAudience);
        Assert.Null(SessionContent.Read([1, 2, 3], true, "a"));
        using var bomb = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(bomb, System.IO.Compression.CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(new byte[50_000_000]);

        Assert.Null(SessionContent.Read(bomb.ToArray(), true, "a"));
    }

    static Task<Scene> StartAsync(string config, string secret = "s3cret") =>
        Scene.StartAsync($"{{name: session, config: {{{config}secret: {secret}, cookie_secure: false}}}}", Auth);

    static string Cookie(HttpResponseMessage response) => response.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("session=", StringComparison.Ordinal)).Split(';')[0];
}
