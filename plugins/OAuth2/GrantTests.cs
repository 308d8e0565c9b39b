using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gibbon.Plugins.OAuth2;

/// <summary>Tokens from their issue to their use, in a database.</summary>
public sealed class GrantTests
{
    [Fact]
    public async Task A_code_becomes_a_token_that_lets_the_user_in()
    {
        await using var scene = await StartAsync();

        var code = await CodeAsync(scene);
        var token = await TokenAsync(scene, $"grant_type=authorization_code&client_id=cid&client_secret=sec&code={code}");
        using var response = await scene.SendAsync("GET", "/x", null, ("Authorization", $"Bearer {token["access_token"]}"));

        Assert.Equal(("bearer", 7200), ((string)token["token_type"]!, (int)token["expires_in"]!));
        Assert.Matches("^[A-Za-z0-9]{32}$", (string)token["access_token"]!);
        Assert.Matches("^[A-Za-z0-9]{32}$", (string)token["refresh_token"]!);
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(
            ("bob", "cid", "a", "u1"),
            (scene.Received.Header("X-Consumer-Username"), scene.Received.Header("X-Credential-Identifier"),
                scene.Received.Header("X-Authenticated-Scope"), scene.Received.Header("X-Authenticated-UserId")));
    }

    [Fact]
    public async Task A_code_that_comes_many_times_at_one_moment_gives_one_token()
    {
        await using var scene = await StartAsync();
        var code = await CodeAsync(scene);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ =>
            PostAsync(scene, "/oauth2/token", $"grant_type=authorization_code&client_id=cid&client_secret=sec&code={code}")));

        Assert.Single(answers, answer => (int)answer.StatusCode == 200);
        foreach (var answer in answers.Where(answer => (int)answer.StatusCode != 200))
            Assert.Equal("Invalid code", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error_description"]!);

        Assert.Single(await scene.ListAsync("/oauth2_tokens"));
    }

    [Fact]
    public async Task A_refresh_token_that_comes_many_times_at_one_moment_gives_one_token()
    {
        await using var scene = await StartAsync();
        var first = await TokenAsync(scene, $"grant_type=authorization_code&client_id=cid&client_secret=sec&code={await CodeAsync(scene)}");

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ =>
            PostAsync(scene, "/oauth2/token", $"grant_type=refresh_token&client_id=cid&client_secret=sec&refresh_token={first["refresh_token"]}")));

        var next = JsonNode.Parse(await Assert.Single(answers, answer => (int)answer.StatusCode == 200).Content.ReadAsStringAsync())!;
        using var old = await scene.SendAsync("GET", "/x", null, ("Authorization", $"Bearer {first["access_token"]}"));
        using var response = await scene.SendAsync("GET", "/x", null, ("Authorization", $"Bearer {next["access_token"]}"));

        Assert.NotEqual((string)first["refresh_token"]!, (string)next["refresh_token"]!);
        Assert.Equal((401, 200), ((int)old.StatusCode, (int)response.StatusCode));
        Assert.Equal("a", scene.Received.Header("X-Authenticated-Scope"));
    }

    [Fact]
    public async Task A_refresh_token_may_stay_the_same()
    {
        await using var scene = await StartAsync(config => config["reuse_refresh_token"] = true);
        var first = await TokenAsync(scene, $"grant_type=authorization_code&client_id=cid&client_secret=sec&code={await CodeAsync(scene)}");

        var next = await TokenAsync(scene, $"grant_type=refresh_token&client_id=cid&client_secret=sec&refresh_token={first["refresh_token"]}");

        Assert.Equal((string)first["refresh_token"]!, (string)next["refresh_token"]!);
        Assert.NotEqual((string)first["access_token"]!, (string)next["access_token"]!);
        Assert.Single(await scene.ListAsync("/oauth2_tokens"));
    }

    [Fact]
    public async Task A_public_client_proves_with_its_verifier_that_the_code_is_its_own()
    {
        await using var scene = await StartAsync();
        var verifier = new string('v', 50);
        var challenge = Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var code = await CodeAsync(scene, "pub", $"&code_challenge={challenge}&code_challenge_method=S256");

        using var refused = await PostAsync(
            scene, "/oauth2/token", $"grant_type=authorization_code&client_id=pub&code={code}&code_verifier={new string('w', 50)}");
        var token = await TokenAsync(scene, $"grant_type=authorization_code&client_id=pub&code={code}&code_verifier={verifier}");

        Assert.Equal(400, (int)refused.StatusCode);
        Assert.NotNull((string?)token["access_token"]);
    }

    [Fact]
    public async Task A_client_may_have_a_token_for_itself()
    {
        await using var scene = await StartAsync();

        var token = await TokenAsync(scene, "grant_type=client_credentials&client_id=cid&client_secret=sec&scope=a+b");
        using var response = await scene.SendAsync("GET", $"/x?access_token={token["access_token"]}", null);

        Assert.Null((string?)token["refresh_token"]);
        Assert.Equal((200, "a b"), ((int)response.StatusCode, scene.Received.Header("X-Authenticated-Scope")));
    }

    [Fact]
    public async Task A_password_grant_and_an_implicit_grant_give_tokens()
    {
        await using var scene = await StartAsync();

        var token = await TokenAsync(
            scene, "grant_type=password&client_id=cid&client_secret=sec&scope=b&provision_key=pk&authenticated_userid=u2");
        var sent = await RedirectAsync(scene, "response_type=token&client_id=cid&scope=b");
        var implicitToken = System.Web.HttpUtility.ParseQueryString(new Uri(sent).Fragment.TrimStart('#'))["access_token"];
        using var byPassword = await scene.SendAsync("GET", "/x", null, ("Authorization", $"Bearer {token["access_token"]}"));
        var user = scene.Received.Header("X-Authenticated-UserId");
        using var byImplicit = await scene.SendAsync("GET", "/x", null, ("Authorization", $"Bearer {implicitToken}"));

        Assert.Equal((200, 200, "u2"), ((int)byPassword.StatusCode, (int)byImplicit.StatusCode, user));
        Assert.NotNull((string?)token["refresh_token"]);
    }

    [Theory]
    [InlineData("ht tp://x", "cannot parse 'ht tp://x'")]
    [InlineData("http://:80/x", "cannot parse 'http://:80/x'")]
    [InlineData("http://user@/x", "cannot parse 'http://user@/x'")]
    [InlineData("http:/x", "cannot parse 'http:/x'")]
    [InlineData("my.app://x#y", "fragment not allowed in 'my.app://x#y'")]
    public async Task An_address_to_send_users_back_to_has_a_scheme_and_a_host(string uri, string message)
    {
        await using var scene = await StartAsync();

        using var content = new StringContent(
            new JsonObject { ["name"] = "x", ["redirect_uris"] = new JsonArray("http://[::1]:8080/x", uri) }.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await scene.Gateway.Admin.PostAsync("/consumers/bob/oauth2", content);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(message, (string?)answer["fields"]!["redirect_uris"]![1]);
    }

    static async Task<DatabaseScene> StartAsync(Action<JsonObject>? change = null)
    {
        var scene = await DatabaseScene.StartAsync(new Dictionary<string, string> { ["trusted_ips"] = "127.0.0.1" });
        await scene.PostAsync("/consumers", new JsonObject { ["username"] = "bob" });
        await scene.PostAsync("/consumers/bob/oauth2", new JsonObject
        {
            ["name"] = "app",
            ["client_id"] = "cid",
            ["client_secret"] = "sec",
            ["redirect_uris"] = new JsonArray("https://app.test/back"),
        });
        await scene.PostAsync("/consumers/bob/oauth2", new JsonObject
        {
            ["name"] = "public",
            ["client_id"] = "pub",
            ["client_type"] = "public",
            ["redirect_uris"] = new JsonArray("https://pub.test"),
        });
        var config = new JsonObject
        {
            ["provision_key"] = "pk",
            ["scopes"] = new JsonArray("a", "b"),
            ["mandatory_scope"] = true,
            ["enable_client_credentials"] = true,
            ["enable_password_grant"] = true,
            ["enable_authorization_code"] = true,
            ["enable_implicit_grant"] = true,
            ["accept_http_if_already_terminated"] = true,
        };
        change?.Invoke(config);
        await scene.PostAsync("/services/echo/plugins", new JsonObject { ["name"] = "oauth2", ["config"] = config });
        return scene;
    }

    static async Task<string> CodeAsync(DatabaseScene scene, string client = "cid", string more = "")
    {
        var sent = await RedirectAsync(scene, $"response_type=code&client_id={client}&scope=a{more}");
        return System.Web.HttpUtility.ParseQueryString(new Uri(sent).Query)["code"]!;
    }

    static async Task<string> RedirectAsync(DatabaseScene scene, string form)
    {
        using var response = await PostAsync(scene, "/oauth2/authorize", $"provision_key=pk&authenticated_userid=u1&{form}");
        return (string)(await JsonAsync(response))["redirect_uri"]!;
    }

    static async Task<JsonNode> TokenAsync(DatabaseScene scene, string form)
    {
        using var response = await PostAsync(scene, "/oauth2/token", form);
        return await JsonAsync(response);
    }

    static async Task<JsonNode> JsonAsync(HttpResponseMessage response)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == 200, body);
        return JsonNode.Parse(body)!;
    }

    static Task<HttpResponseMessage> PostAsync(DatabaseScene scene, string path, string form) => scene.SendAsync(
        "POST", path, new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"), ("X-Forwarded-Proto", "https"));
}
