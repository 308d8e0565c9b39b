using System.Net;
using Gibbon.Testing;

namespace Gibbon.Tests.Gateway;

/// <summary>What a request is hashed by, through the front door: the same value always meets the same target.</summary>
public sealed class HashingTests
{
    [Theory]
    [InlineData("hash_on: header, hash_on_header: X-Tenant", "/", "X-Tenant")]
    [InlineData("hash_on: cookie, hash_on_cookie: tenant", "/", "Cookie")]
    [InlineData("hash_on: path", "/{0}", null)]
    [InlineData("hash_on: query_arg, hash_on_query_arg: tenant", "/?a=1&tenant={0}", null)]
    [InlineData("hash_on: uri_capture, hash_on_uri_capture: tenant", "/of/{0}/x", null)]
    [InlineData("hash_on: uri_capture, hash_on_uri_capture: '1'", "/of/{0}/x", null)]
    [InlineData("hash_on: header, hash_on_header: X-None, hash_fallback: query_arg, hash_fallback_query_arg: tenant", "/?tenant={0}", null)]
    [InlineData("hash_on: consumer, hash_fallback: path", "/{0}", null)]
    public async Task The_same_value_meets_the_same_target_and_values_are_spread(string hash, string path, string? header)
    {
        await using Scene scene = await Scene.StartAsync($"algorithm: consistent-hashing, {hash}");
        Dictionary<string, string> first = [];
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 24; i++)
            {
                string value = "tenant-" + i;
                string target = await scene.AskAsync(
                    string.Format(path, value), header is null ? null : (header, header == "Cookie" ? "other=1; tenant=" + value : value));
                Assert.Equal(first.TryGetValue(value, out string? before) ? before : first[value] = target, target);
            }
        }

        Assert.Equal(3, first.Values.Distinct().Count());
    }

    [Theory]
    [InlineData("hash_on: none")]
    [InlineData("hash_on: ip")]
    [InlineData("hash_on: header, hash_on_header: X-None")]
    [InlineData("hash_on: consumer, hash_fallback: ip")]
    public async Task Requests_that_have_nothing_to_tell_them_apart_meet_one_target(string hash)
    {
        await using Scene scene = await Scene.StartAsync($"algorithm: consistent-hashing, {hash}");
        HashSet<string> seen = [];
        for (int i = 0; i < 12; i++) seen.Add(await scene.AskAsync("/" + i));

        Assert.Equal(hash == "hash_on: none" ? 3 : 1, seen.Count);
    }

    [Fact]
    public async Task Consumers_are_hashed_by_who_they_are()
    {
        await using Scene scene = await Scene.StartAsync("algorithm: consistent-hashing, hash_on: consumer", """
            plugins: [{name: key-auth}]
            consumers: [{username: a, keyauth_credentials: [{key: a}]}, {username: b, keyauth_credentials: [{key: b}]}, {username: c, keyauth_credentials: [{key: c}]}, {username: d, keyauth_credentials: [{key: d}]}, {username: e, keyauth_credentials: [{key: e}]}, {username: f, keyauth_credentials: [{key: f}]}]
            """);
        Dictionary<string, string> first = [];
        foreach (string key in (string[])["a", "b", "c", "d", "e", "f", "f", "e", "d", "c", "b", "a"])
        {
            string target = await scene.AskAsync("/", ("apikey", key));
            Assert.Equal(first.TryGetValue(key, out string? before) ? before : first[key] = target, target);
        }

        Assert.True(first.Values.Distinct().Count() > 1);
    }

    [Fact]
    public async Task Who_has_no_cookie_gets_one_that_leads_back_to_the_same_target()
    {
        await using Scene scene = await Scene.StartAsync("algorithm: consistent-hashing, hash_on: cookie, hash_on_cookie: ck, hash_on_cookie_path: /cp");
        for (int i = 0; i < 6; i++)
        {
            using HttpResponseMessage answer = await scene.Gateway.Client.GetAsync("/", TestContext.Current.CancellationToken);
            string[] cookies = [.. answer.Headers.GetValues("Set-Cookie")];
            string target = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

            // The service's own cookie of that name gives way, its others stay.
            Assert.Equal(2, cookies.Length);
            Assert.Equal("keep=1", cookies[0]);
            Assert.Matches("^ck=[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}; Path=/cp; Same-Site=Lax; HttpOnly$", cookies[1]);
            Assert.Equal(target, await scene.AskAsync("/", ("Cookie", cookies[1].Split(';')[0])));
        }
    }

    [Fact]
    public async Task A_sticky_session_stays_with_its_target_until_that_is_gone()
    {
        await using Scene scene = await Scene.StartAsync("algorithm: sticky-sessions, sticky_sessions_cookie: sid, sticky_sessions_cookie_path: /a, hash_on: none");
        using HttpResponseMessage first = await scene.Gateway.Client.GetAsync("/", TestContext.Current.CancellationToken);
        string target = await first.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        string cookie = first.Headers.GetValues("Set-Cookie").Single(static value => value.StartsWith("sid=", StringComparison.Ordinal));
        Assert.Matches("^sid=[0-9a-f]{16}; Path=/a; SameSite=Lax; HttpOnly$", cookie);
        string sent = cookie.Split(';')[0];

        for (int i = 0; i < 9; i++) Assert.Equal(target, await scene.AskAsync("/", ("Cookie", sent)));

        // Its server dies: the session moves on and the client is told, once.
        await scene.StopAsync(target);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "Cookie", sent } } };
        using HttpResponseMessage moved = await scene.Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        string next = await moved.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        string other = moved.Headers.GetValues("Set-Cookie").Single(static value => value.StartsWith("sid=", StringComparison.Ordinal)).Split(';')[0];
        Assert.NotEqual(target, next);
        for (int i = 0; i < 6; i++) Assert.Equal(next, await scene.AskAsync("/", ("Cookie", other)));
    }

    [Theory]
    [InlineData("algorithm: sticky-sessions", "sticky_sessions_cookie")]
    [InlineData("algorithm: sticky", "expected one of: consistent-hashing, least-connections, round-robin, latency")]
    public async Task An_upstream_that_makes_no_sense_is_refused(string fields, string said)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => Scene.StartAsync(fields));

        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    private sealed class Scene : IAsyncDisposable
    {
        private readonly List<FakeUpstream> _upstreams;

        private Scene(FakeUpstream[] upstreams, TestGateway gateway) => (_upstreams, Gateway) = ([.. upstreams], gateway);

        public TestGateway Gateway { get; }

        public static async Task<Scene> StartAsync(string upstream, string more = "")
        {
            FakeUpstream[] upstreams = [.. Enumerable.Range(0, 3).Select(static _ => FakeUpstream.Start())];
            foreach (FakeUpstream one in upstreams)
            {
                one.Answer = _ => new UpstreamAnswer
                {
                    Headers = [new("Set-Cookie", "ck=theirs"), new("Set-Cookie", "keep=1")],
                    Body = System.Text.Encoding.ASCII.GetBytes(one.Port.ToString()),
                };
            }

            TestGateway gateway = await TestGateway.StartAsync($$"""
                _format_version: "3.0"
                services: [{name: s, host: pool.up, routes: [{name: all, paths: ["~/of/(?<tenant>[^/]+)", /]}]}]
                upstreams: [{name: pool.up, {{upstream}}, targets: [{{string.Join(", ", upstreams.Select(static one => $"{{target: \"127.0.0.1:{one.Port}\"}}"))}}]}]

                """ + more);
            return new Scene(upstreams, gateway);
        }

        /// <summary>The port of the target that answered.</summary>
        public async Task<string> AskAsync(string path, (string Name, string Value)? header = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (header is { } given) request.Headers.TryAddWithoutValidation(given.Name, given.Value);
            using HttpResponseMessage answer = await Gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        }

        /// <summary>Ends the target with that port.</summary>
        public async Task StopAsync(string port)
        {
            FakeUpstream gone = _upstreams.Single(upstream => upstream.Port.ToString() == port);
            _upstreams.Remove(gone);
            await gone.DisposeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Gateway.DisposeAsync();
            foreach (FakeUpstream upstream in _upstreams) await upstream.DisposeAsync();
        }
    }
}
