using Gibbon.Testing;

namespace Gibbon.Lua.Tests;

/// <summary>Modules that speak to others: with the authorities that the gateway trusts, and with certificates that a plugin shows.</summary>
public sealed class NetworkModuleTests
{
    private const string Connect = """
        local sock = ngx.socket.tcp()
        sock:settimeout(60000)
        assert(sock:connect("127.0.0.1", port))
        """;

    [Theory]
    [InlineData("upstream.test", true, "table")]
    [InlineData("other.test", true, "nil the certificate is for another name")]
    [InlineData("upstream.test", false, "nil ")]
    public async Task A_server_is_trusted_if_the_gateway_trusts_its_authority(string name, bool trusted, string answer)
    {
        await using var server = new TlsServer();
        using var folder = new PluginFolder();
        string authority = Path.Combine(folder.Path, "authority.pem");
        await File.WriteAllTextAsync(authority, server.AuthorityPem, TestContext.Current.CancellationToken);
        await using LuaScene scene = await LuaScene.AccessAsync(
            $"""
            {server.Lua}{Connect}
            local session, err = sock:sslhandshake(nil, "{name}", true)
            kong.response.exit(200, type(session) .. " " .. tostring(err))
            """,
            trusted ? new Dictionary<string, string> { ["lua_ssl_trusted_certificate"] = authority } : null);

        Assert.StartsWith(answer, await scene.GetAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_shows_the_certificate_that_it_was_given()
    {
        await using var server = new TlsServer();
        await using LuaScene scene = await LuaScene.AccessAsync($$"""
            {{server.Lua}}{{Connect}}
            local ssl = require("ngx.ssl")
            assert(sock:setclientcert(assert(ssl.parse_pem_cert(cert)), assert(ssl.parse_pem_priv_key(key))))
            assert(sock:sslhandshake(nil, "upstream.test", false))
            sock:send("GET / HTTP/1.1\r\n\r\n")
            local answer = sock:receive("*a")
            kong.response.exit(200, answer:match("\r\n\r\n(.*)$"))
            """);

        Assert.Equal("CN=the client", await scene.GetAsync());
    }

    [Fact]
    public async Task A_service_sees_the_certificate_of_a_plugin_and_is_verified_with_its_store()
    {
        await using var server = new TlsServer();
        var folder = new PluginFolder().AddAccess("probe", $$"""
            {{server.Lua}}
            local ssl, x509, store = require("ngx.ssl"), require("resty.openssl.x509"), require("resty.openssl.x509.store")
            assert(kong.service.set_tls_cert_key(assert(ssl.parse_pem_cert(cert)), assert(ssl.parse_pem_priv_key(key))))
            assert(kong.service.set_tls_verify(true))
            if kong.request.get_path() == "/known" then
              local trusted = assert(store.new())
              trusted:add(assert(x509.new(authority)))
              assert(kong.service.set_tls_verify_store(trusted))
            end
            """);
        await using TestGateway gateway = await TestGateway.StartAsync(
            $"""
            _format_version: "3.0"
            services:
            - name: secret
              url: https://127.0.0.1:{server.Port}
              retries: 0
              routes:
              - name: all
                paths: ["/"]
                strip_path: false
            plugins:
            - name: probe
            """,
            plugins: folder.Load("probe"),
            cancellation: TestContext.Current.CancellationToken);

        Assert.Equal("CN=the client", await gateway.Client.GetStringAsync(new Uri("/known", UriKind.Relative), TestContext.Current.CancellationToken));
        using HttpResponseMessage refused = await gateway.Client.GetAsync(new Uri("/unknown", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.BadGateway, refused.StatusCode);
        folder.Dispose();
    }

    [Theory]
    [InlineData("kong.service.set_tls_cert_key('text', 1)", "chain must be a parsed cdata object")]
    [InlineData("kong.service.set_tls_verify_store({})", "argument must be a resty.openssl.x509.store object")]
    public async Task What_is_no_certificate_is_an_error(string call, string message)
    {
        await using LuaScene scene = await LuaScene.AccessAsync($"kong.response.exit(200, select(2, pcall(function() {call} end)))");

        Assert.EndsWith(message, await scene.GetAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LuaSockets_client_asks_sends_and_follows()
    {
        await using FakeUpstream other = FakeUpstream.Start(static request => request.Target switch
        {
            "/moved" => new UpstreamAnswer { Status = 302, Headers = [new("Location", "/target")] },
            _ => UpstreamAnswer.Text($"{request.Method} {request.Target} {request.Text} {request.Header("Authorization")}"),
        });
        await using LuaScene scene = await LuaScene.AccessAsync($$"""
            local http, ltn12, socket = require("socket.http"), require("ltn12"), require("socket")
            local text, status, headers, line = http.request("{{other.Url}}/moved")
            local parts = {}
            local ok, code = http.request({ url = ("{{other.Url}}/posted"):gsub("//", "//me:secret@"), method = "PUT", source = ltn12.source.string("body"),
              headers = { ["Content-Length"] = 4 }, sink = (ltn12.sink.table(parts)) })
            local refused, why = http.request("http://127.0.0.1:1/")
            local sock = assert(socket.connect("127.0.0.1", {{other.Port}}))
            sock:settimeout(60)
            sock:send("GET /raw HTTP/1.0\r\n\r\n")
            local first = sock:receive("*l")
            sock:close()
            kong.response.exit(200, table.concat({ text, status, headers["content-type"], line, ok, code, table.concat(parts), tostring(refused), type(why), first }, "|"))
            """);

        Assert.Equal(
            "GET /target  |200|text/plain|HTTP/1.1 200 OK|1|200|PUT /posted body Basic bWU6c2VjcmV0|nil|string|HTTP/1.1 200 OK",
            await scene.GetAsync());
    }

    [Fact]
    public async Task LuaSecs_client_verifies_only_when_told_to()
    {
        await using var server = new TlsServer();
        await using LuaScene scene = await LuaScene.AccessAsync($$"""
            {{server.Lua}}
            local https = require("ssl.https")
            local text, status = https.request("https://127.0.0.1:" .. port .. "/")
            local refused = https.request({ url = "https://127.0.0.1:" .. port .. "/", verify = "peer" })
            kong.response.exit(200, text .. status .. tostring(refused))
            """);

        Assert.Equal("nobody200nil", await scene.GetAsync());
    }

    [Theory]
    [InlineData("""{ secret = "s", cookie_name = "sid", storage = "cookie" }""")]
    [InlineData("""{ secret = "s", name = "sid", storage = "shm", cookie = { samesite = "Strict" } }""")]
    public Task A_session_comes_back_with_its_cookie_and_ends(string options) => ComesBackAndEndsAsync(options);

    [Fact]
    public async Task A_session_may_be_kept_in_Redis()
    {
        await using Gibbon.Plugins.RedisServer redis = await Gibbon.Plugins.RedisServer.StartAsync();
        string options = $$"""
            { secret = "s", cookie_name = "sid", storage = "redis", redis = { port = {{redis.Port}}, username = "gibbon", password = "s3cret", database = 3, prefix = "mine" } }
            """;

        await ComesBackAndEndsAsync(options, async () =>
        {
            string key = await redis.RunAsync("-n", "3", "keys", "*");
            Assert.StartsWith("mine:", key, StringComparison.Ordinal);
            Assert.InRange(int.Parse(await redis.RunAsync("-n", "3", "ttl", key), System.Globalization.CultureInfo.InvariantCulture), 1, 3600);
        });

        Assert.Equal("", await redis.RunAsync("-n", "3", "keys", "*"));
        await redis.KillAsync();
        await using LuaScene alone = await LuaScene.AccessAsync(
            $"local s = require('resty.session').new({options}) s:set('a', 1) local ok, err = s:save() kong.response.exit(200, tostring(ok) .. ' ' .. tostring(err))");
        Assert.Matches("^nil (connection refused|closed)$", await alone.GetAsync());
    }

    private static async Task ComesBackAndEndsAsync(string options, Func<Task>? whileThere = null)
    {
        await using LuaScene scene = await LuaScene.AccessAsync($$"""
            local session, err, exists = require("resty.session").start({{options}})
            local path = kong.request.get_path()
            if path == "/login" then
              session:set("user", "bob")
              session.data.large = ("x"):rep(4500)
              assert(session:save())
            elseif path == "/logout" then
              session:destroy()
            elseif path == "/hide" then
              session:hide()
            end
            kong.response.exit(200, tostring(err) .. tostring(exists) .. tostring(session.present) .. tostring(session:get("user")) .. #(session.data.large or "")
              .. tostring(ngx.req.get_headers().cookie))
            """);
        using var handler = new HttpClientHandler { UseCookies = true };
        using var browser = new HttpClient(handler) { BaseAddress = scene.Client.BaseAddress };

        Assert.StartsWith("nilfalsefalsenil0nil", await GetAsync(browser, "/"), StringComparison.Ordinal);
        Assert.StartsWith("nilfalsetruebob4500", await GetAsync(browser, "/login"), StringComparison.Ordinal);
        Assert.StartsWith("niltruetruebob4500", await GetAsync(browser, "/"), StringComparison.Ordinal);
        Assert.Equal("niltruetruebob4500nil", await GetAsync(browser, "/hide"));
        Assert.DoesNotContain(handler.CookieContainer.GetAllCookies(), static cookie => cookie.Value.Contains("bob", StringComparison.Ordinal));

        // Somebody else's cookie is none: one byte of it has changed.
        using var forger = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = scene.Client.BaseAddress };
        string cookies = handler.CookieContainer.GetCookieHeader(scene.Client.BaseAddress!);
        int place = cookies.IndexOf('.', StringComparison.Ordinal) + 40;
        forger.DefaultRequestHeaders.Add("Cookie", cookies[..place] + (cookies[place] == 'A' ? 'B' : 'A') + cookies[(place + 1)..]);
        Assert.StartsWith("nilfalsefalsenil0", await GetAsync(forger, "/"), StringComparison.Ordinal);

        if (whileThere is not null)
        {
            await whileThere();
        }

        await GetAsync(browser, "/logout");
        Assert.StartsWith("nilfalsefalsenil0nil", await GetAsync(browser, "/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Spans_are_started_told_and_seen_again()
    {
        await using LuaScene scene = await LuaScene.AccessAsync(
            """
            local tracing = kong.tracing
            local root, span = tracing.get_root_span(), tracing.start_span("mine", { span_kind = 3, attributes = { a = "b" } })
            span:set_attribute("n", 5)
            span:add_event("happened", { x = 1 })
            span:set_status(2)
            span:record_error("bad")
            span:finish()
            local spans, names = tracing.get_spans(), {}
            for _, one in ipairs(spans) do names[one.name] = true end
            kong.response.exit(200, table.concat({ root.name, span.name, span.kind, tostring(span.is_recording), #span.trace_id, #span.span_id, span.attributes.a, span.attributes.n,
              span.events[1].name, #span.events, span.status, tostring(span.end_time_ns >= span.start_time_ns), tostring(span.parent.name), tostring(names.mine),
              tostring(spans[0] == #spans), select(2, pcall(tracing.start_span, "")), select(2, kong.telemetry.log("probe", {}, "t")) ~= nil and "off" or "on",
              select(2, kong.telemetry.log(5)) }, "|"))
            """,
            new Dictionary<string, string> { ["tracing_instrumentations"] = "all", ["tracing_sampling_rate"] = "1" });

        Assert.Equal(
            "kong|mine|3|false|16|8|b|5|happened|2|2|true|kong.access.plugin.probe|true|true|invalid span name|off|plugin_name must be a string",
            await scene.GetAsync());
    }

    [Fact]
    public async Task Without_tracing_a_span_ignores_what_it_is_told()
    {
        await using LuaScene scene = await LuaScene.AccessAsync("""
            local span = kong.tracing.start_span("mine")
            span:set_attribute("a", 1)
            span:finish()
            kong.response.exit(200, tostring(span.is_recording) .. tostring((kong.tracing.active_span())))
            """);

        Assert.StartsWith("false", await scene.GetAsync(), StringComparison.Ordinal);
    }

    private static Task<string> GetAsync(HttpClient client, string path) =>
        client.GetStringAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
}
