using System.Buffers.Text;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gibbon.Pdk;
using Gibbon.Testing;
using Gibbon.Vaults;

namespace Gibbon.Tests.Vaults;

/// <summary>The vaults of others, each by its protocol.</summary>
public sealed class VaultTests : IAsyncDisposable
{
    private readonly FakeUpstream _server = FakeUpstream.Start(_ => Json(404, "{}"));
    private readonly string _directory = Directory.CreateTempSubdirectory("gibbon-vault-").FullName;

    [Fact]
    public async Task HashiCorp_Vault_gives_the_record_of_a_secret_in_both_versions_of_its_engine()
    {
        _server.Answer = request => (request.Target, request.Header("X-Vault-Token"), request.Header("X-Vault-Namespace")) switch
        {
            ("/v1/secret/app/db", "t", "ns") => Json(200, """{"data": {"password": "one"}}"""),
            ("/v1/kv/data/base/app%20x?version=3", "t", null) => Json(200, """{"data": {"data": {"password": "two"}, "metadata": {}}}"""),
            _ => Json(404, """{"errors": []}"""),
        };
        HashiCorpVault first = new(new HashiCorpVaultConfig { Port = _server.Port, Token = "t", Namespace = "ns" }, TimeProvider.System);
        HashiCorpVault second = new(
            new HashiCorpVaultConfig { Port = _server.Port, Token = "t", Kv = "v2", Mount = "/kv/", BasePath = "base" }, TimeProvider.System);

        Assert.Equal("""{"password":"one"}""", (await first.FetchAsync("app/db", null)).Value.Text);
        Assert.Equal("""{"password":"two"}""", (await second.FetchAsync("app x", 3)).Value.Text);
        Assert.True(await second.FetchAsync("other", null) is { IsOk: true, Value.Text: null });
    }

    [Fact]
    public async Task A_role_of_an_application_logs_in_once_and_again_when_its_token_is_refused()
    {
        int logins = 0;
        _server.Answer = request => request.Target switch
        {
            "/v1/sys/wrapping/unwrap" when request.Header("X-Vault-Token") == "wrapped" => Json(200, """{"data": {"secret_id": "real"}}"""),
            "/v1/auth/approle/login" when Body(request) is var body && (string?)body["role_id"] == "r" && (string?)body["secret_id"] == "real" =>
                Json(200, $$"""{"auth": {"client_token": "token-{{++logins}}", "lease_duration": 3600} }"""),
            "/v1/secret/a" when request.Header("X-Vault-Token") == $"token-{logins}" && logins != 1 => Json(200, """{"data": {"k": "v"}}"""),
            "/v1/secret/a" => Json(403, """{"errors": ["permission denied"]}"""),
            _ => Json(404, "{}"),
        };
        string file = Path.Combine(_directory, "secret-id");
        File.WriteAllText(file, "wrapped\n");
        HashiCorpVault vault = new(
            new HashiCorpVaultConfig { Port = _server.Port, AuthMethod = "approle", ApproleRoleId = "r", ApproleSecretIdFile = file, ApproleResponseWrapping = true },
            TimeProvider.System);

        Assert.Equal("""{"k":"v"}""", (await vault.FetchAsync("a", null)).Value.Text);
        Assert.Equal("""{"k":"v"}""", (await vault.FetchAsync("a", null)).Value.Text);
        Assert.Equal(2, logins);
    }

    [Fact]
    public async Task An_account_of_Kubernetes_logs_in_with_its_token()
    {
        _server.Answer = request => request.Target switch
        {
            "/v1/auth/k8s/login" when (string?)Body(request)["jwt"] == "account" && (string?)Body(request)["role"] == "web" =>
                Json(200, """{"auth": {"client_token": "t"}}"""),
            "/v1/secret/a" when request.Header("X-Vault-Token") == "t" => Json(200, """{"data": {}}"""),
            _ => Json(403, "{}"),
        };
        string file = Path.Combine(_directory, "token");
        File.WriteAllText(file, "account");
        HashiCorpVaultConfig config = new() { Port = _server.Port, AuthMethod = "kubernetes", KubeRole = "web", KubeAuthPath = "k8s", KubeApiTokenFile = file };

        Assert.Equal("{}", (await new HashiCorpVault(config, TimeProvider.System).FetchAsync("a", null)).Value.Text);
        Assert.Equal(
            "could not authenticate: status 403", (await new HashiCorpVault(config with { KubeRole = "other" }, TimeProvider.System).FetchAsync("a", null)).Error);
    }

    [Fact]
    public async Task AWS_is_asked_with_a_signature()
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        _server.Answer = request => (string?)Body(request)["SecretId"] switch
        {
            "app/db" => Json(200, $$"""{"SecretString": "{\"stage\":\"{{Body(request)["VersionStage"]}}\"}"}"""),
            "binary" => Json(200, $$"""{"SecretBinary": "{{Convert.ToBase64String("bytes"u8)}}"}"""),
            "none" => Json(400, """{"__type": "com.amazonaws#ResourceNotFoundException"}"""),
            _ => Json(400, """{"__type": "AccessDeniedException"}"""),
        };
        AwsVault vault = new(new AwsVaultConfig { Region = "us-east-1", EndpointUrl = _server.Url }, TimeProvider.System);

        Assert.Equal("""{"stage":"AWSCURRENT"}""", (await vault.FetchAsync("app/db", null)).Value.Text);
        Assert.Equal("""{"stage":"AWSPREVIOUS"}""", (await vault.FetchAsync("app/db", 2)).Value.Text);
        Assert.Equal("bytes", (await vault.FetchAsync("binary", null)).Value.Text);
        Assert.True(await vault.FetchAsync("none", null) is { IsOk: true, Value.Text: null });
        Assert.Equal("AWS refused: AccessDeniedException (status 400)", (await vault.FetchAsync("closed", null)).Error);
        Assert.Equal("secretsmanager.GetSecretValue", _server.Requests[0].Header("X-Amz-Target"));
        Assert.Matches(
            "^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/[0-9]{8}/us-east-1/secretsmanager/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=[0-9a-f]{64}$",
            _server.Requests[0].Header("Authorization"));
    }

    [Fact]
    public async Task Azure_is_asked_in_the_name_of_an_application()
    {
        Environment.SetEnvironmentVariable("GIBBONAZ_CLIENT_ID", "app");
        Environment.SetEnvironmentVariable("GIBBONAZ_CLIENT_SECRET", "s&cret");
        Environment.SetEnvironmentVariable("GIBBONAZ_TENANT_ID", "tenant");
        Environment.SetEnvironmentVariable("GIBBONAZ_AUTHORITY_HOST", _server.Url);
        _server.Answer = request => request.Target switch
        {
            "/tenant/oauth2/v2.0/token" when request.Text.Contains("client_secret=s%26cret", StringComparison.Ordinal) =>
                Json(200, """{"access_token": "t", "expires_in": 3599}"""),
            "/secrets/db?api-version=7.4" when request.Header("Authorization") == "Bearer t" => Json(200, """{"value": "pw"}"""),
            _ => Json(404, "{}"),
        };
        AzureKeyVault vault = new(new AzureVaultConfig { VaultUri = _server.Url + "/", CredentialsPrefix = "GIBBONAZ" }, TimeProvider.System);

        Assert.Equal("pw", (await vault.FetchAsync("db", null)).Value.Text);
        Assert.True(await vault.FetchAsync("none", null) is { IsOk: true, Value.Text: null });
        Assert.Single(_server.Requests, request => request.Method == "POST");
    }

    [Fact]
    public async Task Google_is_asked_in_the_name_of_a_service_account()
    {
        using RSA key = RSA.Create(2048);
        Environment.SetEnvironmentVariable(
            "GCP_SERVICE_ACCOUNT",
            JsonSerializer.Serialize(new { client_email = "me@project", private_key = key.ExportPkcs8PrivateKeyPem(), token_uri = _server.Url + "/token" }));
        _server.Answer = request => request.Target switch
        {
            "/token" when IsSigned(request.Text, key) => Json(200, """{"access_token": "t", "expires_in": 3600}"""),
            "/v1/projects/p/secrets/db/versions/latest:access" when request.Header("Authorization") == "Bearer t" =>
                Json(200, $$"""{"payload": {"data": "{{Convert.ToBase64String("pw"u8)}}"} }"""),
            "/v1/projects/p/secrets/db/versions/2:access" => Json(200, $$"""{"payload": {"data": "{{Convert.ToBase64String("old"u8)}}"} }"""),
            _ => Json(404, "{}"),
        };
        GcpVault vault = new(new GcpVaultConfig { ProjectId = "p" }, TimeProvider.System, _server.Url);

        Assert.Equal(("pw", "old"), ((await vault.FetchAsync("db", null)).Value.Text, (await vault.FetchAsync("db", 2)).Value.Text));
        Assert.True(await vault.FetchAsync("none", null) is { IsOk: true, Value.Text: null });
    }

    [Fact]
    public async Task A_configuration_gets_secrets_of_vaults_that_the_settings_or_entities_name()
    {
        _server.Answer = request => request.Target switch
        {
            "/v1/secret/app" => Json(200, """{"data": {"token": "from the settings"}}"""),
            "/v1/other/app" => Json(200, """{"data": {"token": "from the entity"}}"""),
            _ => Json(404, "{}"),
        };
        await using TestGateway gateway = await TestGateway.StartAsync(
            $$"""
            _format_version: "3.0"
            vaults:
            - {name: hcv, prefix: my-vault, config: {port: {{_server.Port}}, token: t, mount: other} }
            routes:
            - {name: a, paths: [/a], plugins: [{name: key-auth}, {name: request-termination}]}
            - paths: [/x]
              plugins:
              - {name: azure-functions, config: {appname: '127.0.0', hostdomain: '1', functionname: f, apikey: '{vault://hcv/app/token}'} }
            - paths: [/y]
              plugins:
              - {name: azure-functions, config: {appname: '127.0.0', hostdomain: '1', functionname: f, apikey: '{vault://my-vault/app/token}'} }
            - paths: [/z]
              plugins:
              - {name: azure-functions, config: {appname: '127.0.0', hostdomain: '1', functionname: f, apikey: '{vault://hcv/none/token}'} }
            """,
            new Dictionary<string, string>
            {
                ["vaults"] = "bundled,hcv", ["vault_hcv_port"] = _server.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), ["vault_hcv_token"] = "t",
            });

        Assert.Equal(
            ["/v1/other/app", "/v1/secret/app", "/v1/secret/none"], _server.Requests.Select(request => request.Target).Order(StringComparer.Ordinal));
        Assert.Contains("unable to resolve reference {vault://hcv/none/token} (could not get value from external vault (no value found)", gateway.ErrorLog, StringComparison.Ordinal);
        Assert.DoesNotContain("from the", gateway.ErrorLog, StringComparison.Ordinal);
        using HttpResponseMessage schema = await gateway.Admin.GetAsync("/schemas/vaults/hcv");
        Assert.Equal(200, (int)schema.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private static UpstreamAnswer Json(int status, string body) => UpstreamAnswer.Text(body, status, "application/json");

    private static JsonNode Body(ReceivedRequest request) => JsonNode.Parse(request.Text)!;

    private static bool IsSigned(string form, RSA key)
    {
        string[] parts = form[(form.IndexOf("assertion=", StringComparison.Ordinal) + "assertion=".Length)..].Split('.');
        JsonNode claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        return (string?)claims["iss"] == "me@project" && key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
