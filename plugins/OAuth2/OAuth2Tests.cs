using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Gibbon.Plugins.OAuth2;

/// <summary>What tokens let through, and what the endpoints refuse.</summary>
public sealed class OAuth2Tests
{
    const string People = """
        - username: bob
          custom_id: b-1
          oauth2_credentials:
          - {id: c0000000-0000-4000-8000-000000000001, name: app, client_id: cid, client_secret: sec, redirect_uris: ["https://app.test/back?a=1"]}
          - {name: public, client_id: pub, client_type: public, redirect_uris: ["https://pub.test"]}
        - {username: anon}
        oauth2_tokens:
        - {credential: {id: c0000000-0000-4000-8000-000000000001}, service: echo, access_token: good, expires_in: 0, scope: a b, authenticated_userid: u1}
        - {credential: {id: c0000000-0000-4000-8000-000000000001}, service: echo, access_token: old, expires_in: 5, created_at: 1700000000}
        - {credential: {id: c0000000-0000-4000-8000-000000000001}, access_token: everywhere, expires_in: 0}

        """;

    [Theory]
    [InlineData("/x", "Bearer good")]
    [InlineData("/x", "token  good")]
    [InlineData("/x", "good")]
    [InlineData("/x?access_token=good", null)]
    public async Task A_token_lets_its_consumer_in(string path, string? authorization)
    {
        await using var scene = await StartAsync();

        using var response = await (authorization is null ? scene.GetAsync(path) : scene.GetAsync(path, ("Authorization", authorization)));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(
            ("bob", "b-1", "cid", "a b", "u1"),
            (scene.Received.Header("X-Consumer-Username"), scene.Received.Header("X-Consumer-Custom-ID"), scene.Received.Header("X-Credential-Identifier"),
                scene.Received.Header("X-Authenticated-Scope"), scene.Received.Header("X-Authenticated-UserId")));
    }

    [Theory]
    [InlineData(null, "invalid_request", "The access token is missing", "Bearer realm=\"mine\"")]
    [InlineData("nope", "invalid_token", "The access token is invalid or has expired", Challenge)]
    [InlineData("old", "invalid_token", "The access token is invalid or has expired", Challenge)]
    [InlineData("everywhere", "invalid_token", "The access token is global, but the current plugin is configured without 'global_credentials'", Challenge)]
    public async Task Other_tokens_are_refused(string? token, string error, string description, string challenge)
    {
        await using var scene = await StartAsync("realm: mine, ");

        using var response = await (token is null ? scene.GetAsync("/x") : scene.GetAsync("/x", ("Authorization", "Bearer " + token)));

        Assert.Equal((401, error, description), await ReadAsync(response));
        Assert.Equal(challenge, response.Header("WWW-Authenticate"));
        Assert.Empty(scene.Upstream.Requests);
    }

    const string Challenge = "Bearer realm=\"mine\" error=\"invalid_token\" error_description=\"The access token is invalid or has expired\"";

    [Fact]
    public async Task A_global_token_is_good_where_the_configuration_says_so()
    {
        await using var scene = await StartAsync("global_credentials: true, ");

        Assert.Equal(200, (int)(await scene.GetAsync("/x", ("Authorization", "Bearer everywhere"))).StatusCode);
    }

    [Fact]
    public async Task The_service_does_not_see_a_hidden_token()
    {
        await using var scene = await StartAsync("hide_credentials: true, ");

        await scene.GetAsync("/x", ("Authorization", "Bearer good"));
        Assert.Null(scene.Received.Header("Authorization"));
        await scene.GetAsync("/x?b=2&access_token=good&a=1");
        Assert.Equal("/x?a=1&b=2", scene.Received.Target);
        await scene.SendAsync("POST", "/x", new FormUrlEncodedContent([new("access_token", "good"), new("a", "1")]));
        Assert.Equal("a=1", scene.Received.Text);
    }

    [Fact]
    public async Task An_anonymous_consumer_stands_in_and_says_nothing_of_scopes()
    {
        await using var scene = await StartAsync("anonymous: anon, ");

        await scene.GetAsync("/x", ("Authorization", "Bearer nope"), ("X-Authenticated-Scope", "admin"), ("X-Authenticated-UserId", "root"));

        Assert.Equal(
            ("anon", null, null),
            (scene.Received.Header("X-Consumer-Username"), scene.Received.Header("X-Authenticated-Scope"), scene.Received.Header("X-Authenticated-UserId")));
    }

    [Theory]
    [InlineData("grant_type=foo", "invalid_client", "Invalid client authentication")]
    [InlineData("grant_type=foo&client_id=cid&client_secret=sec", "unsupported_grant_type", "Invalid grant_type")]
    [InlineData("grant_type=password&client_id=cid&client_secret=bad", "invalid_client", "Invalid client authentication")]
    [InlineData("grant_type=password&client_id=cid", "invalid_client", "Invalid client authentication")]
    [InlineData("grant_type=password&client_id=cid&client_secret=sec&redirect_uri=https://evil.test", "invalid_request", RedirectUri.Unknown)]
    [InlineData("grant_type=password&client_id=cid&client_secret=sec", "invalid_provision_key", "Invalid provision_key")]
    [InlineData("grant_type=password&client_id=cid&client_secret=sec&provision_key=pk", "invalid_authenticated_userid", "Missing authenticated_userid parameter")]
    [InlineData("grant_type=password&client_id=cid&client_secret=sec&provision_key=pk&authenticated_userid=u", "invalid_scope", "You must specify a scope")]
    [InlineData("grant_type=password&client_id=pub&client_secret=x", "invalid_request", "client_secret is disallowed for public clients")]
    [InlineData("grant_type=client_credentials&client_id=cid&client_secret=sec&scope=a+z", "invalid_scope", "\"z\" is an invalid scope")]
    [InlineData("grant_type=client_credentials&client_id=cid&client_secret=sec&scope=a&scope=b", "invalid_scope", "scope must be a string")]
    [InlineData("grant_type=client_credentials&client_id=nope&client_secret=sec", "invalid_client", "Invalid client authentication")]
    [InlineData("grant_type=client_credentials&client_id=cid&client_secret=sec&authenticated_userid=u", "invalid_provision_key", "Invalid provision_key")]
    [InlineData("grant_type=authorization_code&client_id=cid&client_secret=sec&code=x", "invalid_request", "Invalid code")]
    [InlineData("grant_type=authorization_code&client_id=cid&client_secret=sec", "invalid_request", "Invalid code")]
    [InlineData("grant_type=refresh_token&client_id=cid&client_secret=sec&refresh_token=x", "invalid_request", "Invalid refresh_token")]
    public async Task The_token_endpoint_refuses(string form, string error, string description)
    {
        await using var scene = await StartAsync();

        using var response = await PostAsync(scene, "/a/oauth2/token", form);

        Assert.Equal((400, error, description), await ReadAsync(response));
        Assert.Equal(("no-store", "no-cache", null), (response.Header("Cache-Control"), response.Header("Pragma"), response.Header("WWW-Authenticate")));
        Assert.DoesNotContain("sec", scene.ErrorLog.Replace("second", ""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("provision_key=no", "invalid_provision_key", "Invalid provision_key")]
    [InlineData("provision_key=pk", "invalid_authenticated_userid", "Missing authenticated_userid parameter")]
    [InlineData("provision_key=pk&authenticated_userid=u&response_type=code&client_id=nope&scope=a", "invalid_client", "Invalid client authentication")]
    public async Task The_authorization_endpoint_refuses(string form, string error, string description)
    {
        await using var scene = await StartAsync();

        Assert.Equal((400, error, description), await ReadAsync(await PostAsync(scene, "/oauth2/authorize/", form)));
    }

    [Theory]
    [InlineData("response_type=foo&scope=a", "https://app.test/back?a=1&error=unsupported_response_type&error_description=Invalid%20response_type&state=s%20t")]
    [InlineData("response_type=code&scope=z", "https://app.test/back?a=1&error=invalid_scope&error_description=%22z%22%20is%20an%20invalid%20scope&state=s%20t")]
    [InlineData("response_type=code&scope=a&code_challenge_method=S256", "https://app.test/back?a=1&error=invalid_request&error_description=code_challenge%20is%20required%20when%20code_method%20is%20present&state=s%20t")]
    [InlineData("response_type=code&scope=a&code_challenge=x&code_challenge_method=plain", "https://app.test/back?a=1&error=invalid_request&error_description=code_challenge_method%20is%20not%20supported%2c%20must%20be%20S256&state=s%20t")]
    public async Task Users_are_sent_back_with_what_is_wrong(string form, string uri)
    {
        await using var scene = await StartAsync();

        using var response = await PostAsync(scene, "/oauth2/authorize", "provision_key=pk&authenticated_userid=u&client_id=cid&state=s+t&" + form);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(uri, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["redirect_uri"]);
    }

    [Theory]
    [InlineData("state=a-b.c/d&state=e", "https://app.test/back?a=1&error=unsupported_response_type&error_description=Invalid%20response_type&state%5b1%5d=a%2db%2ec%2fd&state%5b2%5d=e")]
    [InlineData("state=", "https://app.test/back?a=1&error=unsupported_response_type&error_description=Invalid%20response_type&state")]
    [InlineData("state", "https://app.test/back?a=1&error=unsupported_response_type&error_description=Invalid%20response_type&state=true")]
    public async Task A_state_comes_back_in_the_spelling_of_Kong(string form, string uri)
    {
        await using var scene = await StartAsync();

        using var response = await PostAsync(scene, "/oauth2/authorize", "provision_key=pk&authenticated_userid=u&client_id=cid&scope=a&" + form);

        Assert.Equal(uri, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["redirect_uri"]);
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", "state=a&state=b", "[\"a\",\"b\"]")]
    [InlineData("application/json", "{\"state\":null}", "null")]
    [InlineData("application/json", "{\"state\":5}", "5")]
    public async Task A_state_comes_back_as_it_was_sent(string type, string body, string state)
    {
        await using var scene = await StartAsync();

        using var response = await scene.SendAsync(
            "POST", "/oauth2/token", new StringContent(body, System.Text.Encoding.UTF8, type), ("X-Forwarded-Proto", "https"));

        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();
        Assert.True(answer.ContainsKey("state"));
        Assert.Equal(state, answer["state"]?.ToJsonString() ?? "null");
    }

    [Fact]
    public async Task Nobody_is_sent_to_an_address_that_is_not_registered()
    {
        await using var scene = await StartAsync();

        using var response = await PostAsync(
            scene, "/oauth2/authorize", "provision_key=pk&authenticated_userid=u&client_id=cid&response_type=code&scope=a&redirect_uri=https://evil.test");

        Assert.StartsWith("https://app.test/back?", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["redirect_uri"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_client_must_prove_that_a_code_is_its_own()
    {
        await using var scene = await StartAsync();

        using var response = await PostAsync(scene, "/oauth2/authorize", "provision_key=pk&authenticated_userid=u&client_id=pub&response_type=code&scope=a");

        Assert.Contains("code_challenge%20is%20required%20for%20public%20clients", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_public_client_must_prove_it_too_where_no_rule_is_set()
    {
        await using var scene = await StartAsync("pkce: null, ");

        using var response = await PostAsync(scene, "/oauth2/authorize", "provision_key=pk&authenticated_userid=u&client_id=pub&response_type=code&scope=a");

        Assert.Contains("code_challenge%20is%20required%20for%20public%20clients", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Y2lkOmJhZA", 401)]
    [InlineData("Y2lkOnNlYw", 400)]
    [InlineData("Y2lkOnNlYw=", 400)]
    public async Task A_header_with_a_secret_may_lack_padding(string digits, int status)
    {
        await using var scene = await StartAsync();

        using var response = await PostAsync(scene, "/oauth2/token", "grant_type=password", ("Authorization", "Basic " + digits));

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("client_secret")]
    [InlineData("client_secret=a&client_secret=b")]
    public async Task A_public_client_has_no_secret_of_any_kind(string secret)
    {
        await using var scene = await StartAsync();

        using var response = await PostAsync(scene, "/oauth2/token", "grant_type=password&client_id=pub&" + secret);

        Assert.Equal((400, "invalid_request", "client_secret is disallowed for public clients"), await ReadAsync(response));
    }

    [Fact]
    public async Task A_null_is_a_scope_that_is_no_text()
    {
        await using var scene = await StartAsync();

        using var response = await scene.SendAsync(
            "POST",
            "/oauth2/token",
            JsonContent.Create(new { grant_type = "client_credentials", client_id = "cid", client_secret = "sec", scope = (string?)null }),
            ("X-Forwarded-Proto", "https"));

        Assert.Equal((400, "invalid_scope", "scope must be a string"), await ReadAsync(response));
    }

    [Fact]
    public async Task A_global_token_where_there_is_none_is_refused_though_an_anonymous_consumer_could_stand_in()
    {
        await using var scene = await StartAsync("anonymous: anon, ");

        using var response = await scene.GetAsync("/x", ("Authorization", "Bearer everywhere"));

        Assert.Equal(
            (401, "invalid_token", "The access token is global, but the current plugin is configured without 'global_credentials'"),
            await ReadAsync(response));
        Assert.Empty(scene.Upstream.Requests);
    }

    [Fact]
    public async Task Two_protocols_in_one_header_are_one_too_many()
    {
        await using var scene = await StartAsync();

        using var response = await scene.SendAsync("POST", "/oauth2/token", ("X-Forwarded-Proto", "https,http"));

        Assert.Equal((400, "access_denied", "Only one X-Forwarded-Proto header allowed"), await ReadAsync(response));
    }

    [Fact]
    public async Task A_client_that_shows_itself_in_a_header_is_challenged_in_one()
    {
        await using var scene = await StartAsync();

        using var response = await PostAsync(scene, "/oauth2/token", "grant_type=password", ("Authorization", "Basic " + Convert.ToBase64String("cid:bad"u8)));

        Assert.Equal((401, "invalid_client", "Invalid client authentication"), await ReadAsync(response));
        Assert.Equal("Basic realm=\"OAuth2.0\"", response.Header("WWW-Authenticate"));
    }

    [Fact]
    public async Task The_endpoints_want_POST_and_TLS()
    {
        await using var scene = await StartAsync();

        using var method = await scene.GetAsync("/oauth2/authorize");
        Assert.Equal((405, "invalid_method", "The HTTP method GET is invalid for the authorization endpoint"), await ReadAsync(method));
        Assert.Equal(
            "Bearer error=\"invalid_method\" error_description=\"The HTTP method GET is invalid for the authorization endpoint\"",
            method.Header("WWW-Authenticate"));
        using var clear = await scene.SendAsync("POST", "/oauth2/token", new FormUrlEncodedContent([new("grant_type", "password")]), ("X-Forwarded-Proto", "http"));
        Assert.Equal((400, "access_denied", "You must use HTTPS"), await ReadAsync(clear));
    }

    [Fact]
    public void A_secret_may_be_stored_as_a_hash()
    {
        var hash = SecretHash.Of("sec");

        Assert.Matches("^\\$pbkdf2-sha512\\$i=10000,l=32\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}$", hash);
        Assert.True(SecretHash.Verify("sec", hash, out var isOutdated));
        Assert.False(isOutdated);
        Assert.False(SecretHash.Verify("sek", hash, out _));
        Assert.False(SecretHash.Verify(null, hash, out _));
        foreach (var broken in new[] { "", "sec", "$pbkdf2-sha512$i=1", "$pbkdf2-sha512$i=99999999,l=32$AA$AA", "$argon2$i=1,l=32$AA$AA", "$pbkdf2-sha512$i=1,l=32$!$AA" })
            Assert.False(SecretHash.Verify("sec", broken, out _));
    }

    static Task<Scene> StartAsync(string config = "") => Scene.StartWithAsync(
        People,
        new Dictionary<string, string> { ["trusted_ips"] = "127.0.0.1" },
        $"{{name: oauth2, config: {{{config}provision_key: pk, scopes: [a, b], mandatory_scope: true, enable_client_credentials: true, " +
        "enable_password_grant: true, enable_authorization_code: true, enable_implicit_grant: true, accept_http_if_already_terminated: true}}");

    static Task<HttpResponseMessage> PostAsync(Scene scene, string path, string form, params (string, string)[] headers) => scene.SendAsync(
        "POST",
        path,
        new StringContent(form, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded"),
        [("X-Forwarded-Proto", "https"), .. headers]);

    static async Task<(int Status, string? Error, string? Description)> ReadAsync(HttpResponseMessage response)
    {
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return ((int)response.StatusCode, (string?)body["error"], (string?)body["error_description"]);
    }
}
