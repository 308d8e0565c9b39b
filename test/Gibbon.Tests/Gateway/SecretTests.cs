using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Gibbon.Certificates;
using Gibbon.Testing;
using Gibbon.Tests.Certificates;

namespace Gibbon.Tests.Gateway;

public sealed class SecretTests : IAsyncDisposable
{
    private readonly FakeUpstream _server = FakeUpstream.Start(UpstreamAnswer.Text(""));

    static SecretTests()
    {
        Environment.SetEnvironmentVariable("GIBBON_TEST_KEYS", """{"name": "x-secret", "number": 1}""");
        Environment.SetEnvironmentVariable("GIBBON_TEST_MESSAGE", "from the environment");
        Environment.SetEnvironmentVariable("GIBBON_TEST_MESSAGE_PREVIOUS", "from before");
        Environment.SetEnvironmentVariable("GIBBON_OTHER_MESSAGE", "from another vault");
        var pem = TestCertificates.For("secret.test");
        Environment.SetEnvironmentVariable("GIBBON_TEST_CERT", pem.Certificate);
        Environment.SetEnvironmentVariable("GIBBON_TEST_KEY", pem.Key);
    }

    [Theory]
    [InlineData("{vault://env/gibbon-test-message}", "from the environment")]
    [InlineData("{vault://env/message?prefix=GIBBON_TEST_}", "from the environment")]
    [InlineData("{vault://env/gibbon-test-message#2}", "from before")]
    [InlineData("{vault://env/gibbon-test-keys/name}", "x-secret")]
    [InlineData("{vault://my-vault/message}", "from another vault")]
    public async Task A_plugin_gets_secrets_in_the_place_of_references(string reference, string secret)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(reference));

        Assert.Equal(secret, await TokenAsync(gateway));
    }

    [Theory]
    [InlineData("{vault://env/gibbon-test-none}", "could not get value from external vault (no value found)")]
    [InlineData("{vault://none/gibbon-test-message}", "could not find vault (none)")]
    [InlineData("{vault://env/gibbon-test-keys/other}", "could not get value from external vault (could not get subfield value: subfield other not found in JSON secret")]
    [InlineData("{vault://env/gibbon-test-keys/number}", "could not get value from external vault (could not get subfield value: unexpected number value in JSON secret for subfield number")]
    [InlineData("{vault://env/gibbon-test-message/x}", "could not get value from external vault (could not get subfield value: unable to json decode value")]
    public async Task What_cannot_be_resolved_is_empty_and_told(string reference, string told)
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration(reference));

        Assert.Equal("", await TokenAsync(gateway));
        Assert.Contains($"unable to resolve reference {reference} ({told}", gateway.ErrorLog, StringComparison.Ordinal);
        Assert.DoesNotContain("from the environment", gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vault_that_changes_changes_who_refers_to_it()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(Configuration("{vault://my-vault/message}"));
        Assert.Equal("from another vault", await TokenAsync(gateway));

        await gateway.LoadAsync(Configuration("{vault://my-vault/message}", prefix: "GIBBON_TEST_"));

        Assert.Equal("from the environment", await TokenAsync(gateway));
    }

    [Fact]
    public async Task Vaults_that_are_not_loaded_are_not_found()
    {
        await using TestGateway gateway = await TestGateway.StartAsync(
            Configuration("{vault://env/gibbon-test-message}"), new Dictionary<string, string> { ["vaults"] = "off" });

        Assert.Equal("", await TokenAsync(gateway));
        Assert.Contains("could not find vault (env)", gateway.ErrorLog, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_may_be_a_secret()
    {
        await using TestGateway gateway = await TestGateway.StartAsync("""
            _format_version: "3.0"
            certificates:
            - cert: '{vault://env/gibbon-test-cert}'
              key: '{vault://env/gibbon-test-key}'
              snis: [{name: secret.test}]
            """);
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, gateway.ProxyTlsPort);
        using SslStream tls = new(client.GetStream(), false, static (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("secret.test");

        Assert.Equal("CN=secret.test", tls.RemoteCertificate!.Subject);
    }

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    private async Task<string> TokenAsync(TestGateway gateway)
    {
        using HttpResponseMessage response = await gateway.Client.GetAsync("/");
        return (await _server.NextRequestAsync()).Header("X-Token") ?? "";
    }

    private string Configuration(string reference, string prefix = "GIBBON_OTHER_") => $$"""
        _format_version: "3.0"
        vaults:
        - name: env
          prefix: my-vault
          config: {prefix: "{{prefix}}"}
        routes:
        - paths: [/]
          plugins:
          - name: request-termination
          - name: http-log
            config: {http_endpoint: "{{_server.Url}}", headers: {X-Token: "{{reference}}"} }
        """;
}
