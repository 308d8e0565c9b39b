using System.Net;
using Gibbon.Pdk.Schemas;

namespace Gibbon.Tests.Admin;

public sealed class AdminAccessTests(GuardedAdminFixture fixture) : IClassFixture<GuardedAdminFixture>
{
    [Theory]
    [InlineData("GET", null, 401)]
    [InlineData("GET", "wrong", 401)]
    [InlineData("GET", "all-of-it", 200)]
    [InlineData("GET", "just-looking", 200)]
    [InlineData("HEAD", "just-looking", 200)]
    [InlineData("POST", null, 401)]
    [InlineData("POST", "just-looking", 403)]
    [InlineData("POST", "all-of-it", 400)]
    [InlineData("OPTIONS", null, 204)]
    public async Task With_tokens_one_lets_in_and_the_other_lets_look(string method, string? token, int status)
    {
        AdminClient admin = fixture.Client;

        Answer answer = await admin.SendAsync(method, "/services", null, token is null ? [] : [("Kong-Admin-Token", token)]);

        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task A_token_is_asked_for_on_every_path_and_is_never_shown()
    {
        AdminClient admin = fixture.Client;

        foreach (string path in new[] { "/", "/nope", "/config", "/endpoints", "/metrics", "/cache/x", "/schemas/services" })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await admin.GetAsync(path)).Code);
        }

        Answer root = await admin.SendAsync("GET", "/", null, ("Kong-Admin-Token", "just-looking"));
        Assert.Contains("\"read_only\":true", root.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("read_only\":true", (await admin.SendAsync("GET", "/", null, ("Kong-Admin-Token", "all-of-it"))).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("all-of-it", root.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("just-looking", root.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("all-of-it", admin.Gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_validation_changes_nothing_and_is_open_to_who_may_look()
    {
        AdminClient admin = fixture.Client;
        using StringContent body = new("{\"host\":\"h\"}", null, "application/json");

        Assert.Equal(200, (await admin.SendAsync("POST", "/schemas/services/validate", body, ("Kong-Admin-Token", "just-looking"))).Status);
    }

    [Fact]
    public async Task A_change_is_told_in_the_error_log_without_what_it_said()
    {
        await using AdminClient admin = await AdminClient.StartAsync();
        await admin.PostAsync("/consumers", new ValueMap { ["username"] = "bob" });
        await admin.PutAsync("/consumers/bob/key-auth/my-secret-key", new ValueMap { ["key"] = "my-secret-key" });

        for (int wait = 0; wait < 200 && !admin.Gateway.ErrorLog.Contains("PUT /consumers", StringComparison.Ordinal); wait++)
        {
            await Task.Delay(50);
        }

        Assert.Contains("admin: POST /consumers: 201, client: 127.0.0.1", admin.Gateway.ErrorLog, StringComparison.Ordinal);
        Assert.Contains("admin: PUT /consumers/:consumers/key-auth/:keyauth_credentials: 200", admin.Gateway.ErrorLog, StringComparison.Ordinal);
        Assert.DoesNotContain("my-secret-key", admin.Gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "http://ui.test:8002")]
    [InlineData("http://ui.test:8002", "http://ui.test:8002")]
    [InlineData("https://other.test", "https://other.test")]
    [InlineData("https://evil.test", "http://ui.test:8002")]
    public async Task Web_pages_of_the_manager_may_speak_to_it(string? origin, string allowed)
    {
        await using AdminClient admin = await AdminClient.StartAsync(("admin_gui_url", "http://ui.test:8002/manager, https://other.test"));

        Answer answer = await admin.SendAsync("GET", "/services", null, origin is null ? [] : [("Origin", origin)]);

        Assert.Equal(allowed, Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal("true", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Credentials")));
    }

    [Fact]
    public async Task A_preflight_is_told_that_its_headers_are_allowed()
    {
        await using AdminClient admin = await AdminClient.StartAsync();

        Answer answer = await admin.SendAsync("OPTIONS", "/services/x", null, ("Origin", "http://a.test"), ("Access-Control-Request-Headers", "kong-admin-token"));

        Assert.Equal("kong-admin-token", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Headers")));
        Assert.Equal("http://a.test", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Equal("DELETE, GET, HEAD, OPTIONS, PATCH, PUT", string.Join(", ", answer.Headers.GetValues("Access-Control-Allow-Methods")));
    }

    [Fact]
    public async Task It_speaks_tls_and_http2_where_it_is_told_to()
    {
        await using AdminClient admin = await AdminClient.StartAsync(("admin_listen", "127.0.0.1:0 http2 ssl"));
        using SocketsHttpHandler handler = new() { SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true } };
        using HttpClient client = new(handler);
        using HttpRequestMessage request = new(HttpMethod.Get, $"https://127.0.0.1:{admin.Gateway.AdminPort}/status") { Version = HttpVersion.Version20 };

        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(HttpVersion.Version20, response.Version);
    }
}
