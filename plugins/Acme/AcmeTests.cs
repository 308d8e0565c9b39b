using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Gibbon.Testing;

namespace Gibbon.Plugins.Acme;

/// <summary>The plugin against an authority that checks everything.</summary>
public sealed class AcmeTests
{
    internal const string Shop = "shop.example.com";

    // Making an RSA key of 4096 bits for each test would take long.
    static readonly string AccountKey = NewAccountKey();

    [Fact]
    public async Task A_name_that_is_asked_for_gets_a_certificate_which_is_then_shown()
    {
        await using var authority = await AcmeAuthority.StartAsync();
        await using var gateway = await StartAsync(authority, $"domains: [{Shop}], cert_type: ecc");

        using var first = await ShownAsync(gateway, Shop);
        using var issued = await UntilShownAsync(gateway, Shop, "CN=Test Root");

        Assert.NotEqual("CN=Test Root", first.Issuer);
        Assert.Equal($"CN={Shop}", issued.Subject);
        Assert.Equal("1.2.840.10045.2.1", issued.GetKeyAlgorithm());
        Assert.Equal(["mailto:me@example.com"], authority.Contacts);
        Assert.Equal((1, 1), (authority.AccountCount, authority.OrderCount));
        Assert.Empty(authority.Refusals);
    }

    [Fact]
    public async Task Names_that_are_not_listed_get_the_default_certificate_and_no_order()
    {
        await using var authority = await AcmeAuthority.StartAsync();
        await using var gateway = await StartAsync(authority, $"domains: [{Shop}], cert_type: ecc");

        using var other = await ShownAsync(gateway, "other.example.com");
        using var issued = await UntilShownAsync(gateway, Shop, "CN=Test Root");
        using var again = await ShownAsync(gateway, "other.example.com");

        Assert.NotEqual("CN=Test Root", again.Issuer);
        Assert.Equal(1, authority.OrderCount);
    }

    [Fact]
    public async Task A_certificate_can_be_ordered_listed_and_looked_at_by_the_Admin_API()
    {
        await using var authority = await AcmeAuthority.StartAsync();
        await using var gateway = await StartAsync(authority, $"domains: ['*.example.com'], rsa_key_size: 2048, preferred_chain: Other Root");

        using var created = await CreateAsync(gateway, Shop);
        using var shown = await ShownAsync(gateway, Shop);
        var list = JsonNode.Parse(await gateway.Admin.GetStringAsync("/acme/certificates"))!["data"]!.AsArray();
        var one = JsonNode.Parse(await gateway.Admin.GetStringAsync($"/acme/certificates/{Shop}"))!["data"]!;
        using var none = await gateway.Admin.GetAsync("/acme/certificates/none.example.com");
        var invalid = JsonNode.Parse(await gateway.Admin.GetStringAsync("/acme/certificates?invalid_only=true"))!["data"]!.AsObject();

        Assert.Equal((201, $"certificate for host {Shop} is created"), await created.ErrorAsync());
        Assert.Equal("CN=Other Root", shown.Issuer);
        Assert.Single(list);
        Assert.Empty(invalid);
        Assert.Equal(
            (Shop, "Other Root", "rsaEncryption", true, Pairs(shown.GetCertHashString()), Pairs(shown.SerialNumber.StartsWith("00", StringComparison.Ordinal) ? shown.SerialNumber[2..] : shown.SerialNumber)),
            ((string)one["host"]!, (string)one["issuer_cn"]!, (string)one["pubkey_type"]!, (bool)one["valid"]!, (string)one["digest"]!, (string)one["serial_number"]!));
        Assert.Equal((404, "Certificate for host none.example.comnot found in storage"), await none.ErrorAsync());
    }

    [Theory]
    [InlineData("{}", "host must be provided and containing a single domain")]
    [InlineData("""{"host": ["a", "b"]}""", "host must be provided and containing a single domain")]
    [InlineData("""{"host": "b.com", "test_http_challenge_flow": "true"}""", "problem found running sanity check for b.com: host is not included in plugin config.domains")]
    [InlineData("""{"host": "a.com:80"}""", "port is not allowed in host")]
    [InlineData("""{"host": "a.com", "test_http_challenge_flow": true}""", "problem found running sanity check for a.com: host is not included in plugin config.domains")]
    public async Task An_order_that_means_nothing_is_refused(string body, string message)
    {
        await using var authority = await AcmeAuthority.StartAsync();
        await using var gateway = await StartAsync(authority, $"domains: [{Shop}]");

        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await gateway.Admin.PostAsync("/acme", content);

        Assert.Equal((400, message), await response.ErrorAsync());
        Assert.Equal(0, authority.OrderCount);
    }

    [Theory]
    [InlineData("a.example.com", true)]
    [InlineData("example.com", false)]
    [InlineData("shop.test", true)]
    [InlineData("store.org", false)]
    public void Names_are_whole_or_end_as_one_with_a_star_before_it(string name, bool isOne) =>
        Assert.Equal(isOne, new AcmeDomains(["*.example.com", "shop.test", "store.*"]).Contain(name));

    [Theory]
    [InlineData("1.2.3.4", true)]
    [InlineData("999.1.1.1", true)]
    [InlineData("1.2.3", false)]
    [InlineData("1.2.3.a", false)]
    public void Four_numbers_are_an_address(string name, bool isAddress) => Assert.Equal(isAddress, AcmeDomains.IsAddress(name));

    [Fact]
    public async Task A_name_that_cannot_be_proven_waits_before_the_next_try()
    {
        await using var authority = await AcmeAuthority.StartAsync();
        await using var gateway = await StartAsync(authority, "domains: [proven.example.com], cert_type: ecc");

        // The challenge is answered for listed names only.
        using var refused = await CreateAsync(gateway, Shop);
        using var early = await CreateAsync(gateway, Shop);

        var (status, message) = await refused.ErrorAsync();
        Assert.Equal(500, status);
        Assert.StartsWith($"failed to update certificate: could not create certificate for host: {Shop} err: the authority refused the name: ", message);
        Assert.Matches(
            $"^failed to update certificate: please try again in \\d+ seconds for host {Shop} because of previous failure; this is configurable with config.fail_backoff_minutes$",
            (await early.ErrorAsync()).Message);
        Assert.Equal(1, authority.OrderCount);
    }

    [Fact]
    public async Task Certificates_that_end_soon_are_renewed_with_their_keys()
    {
        await using var authority = await AcmeAuthority.StartAsync();
        authority.Life = TimeSpan.FromDays(10);
        await using var gateway = await StartAsync(authority, $"domains: [{Shop}], cert_type: ecc");
        using var created = await CreateAsync(gateway, Shop);
        using var old = await ShownAsync(gateway, Shop);

        authority.Life = TimeSpan.FromDays(90);
        using var started = await gateway.Admin.PatchAsync("/acme", null);
        using var renewed = await UntilAsync(() => ShownAsync(gateway, Shop), shown => shown.SerialNumber != old.SerialNumber);
        using var again = await gateway.Admin.PatchAsync("/acme", null);
        await gateway.LoggedAsync($"certificate for {Shop} is not due for renewal");

        Assert.Equal((202, "Renewal process started successfully"), await started.ErrorAsync());
        Assert.Equal(old.GetPublicKeyString(), renewed.GetPublicKeyString());
        Assert.Equal((1, 2), (authority.AccountCount, authority.OrderCount));
    }

    [Fact]
    public async Task An_account_can_be_bound_to_one_elsewhere()
    {
        await using var authority = await AcmeAuthority.StartAsync();
        authority.Binding = ("kid-1", "c2VjcmV0IG9mIHRoZSBiaW5kaW5n");
        await using var unbound = await StartAsync(authority, $"domains: [{Shop}], cert_type: ecc");
        using var refused = await CreateAsync(unbound, Shop);
        await using var gateway = await StartAsync(authority, $"domains: [{Shop}], cert_type: ecc, eab_kid: kid-1, eab_hmac_key: c2VjcmV0IG9mIHRoZSBiaW5kaW5n");
        using var created = await CreateAsync(gateway, Shop);

        Assert.Equal((500, "failed to update certificate: the authority demands an external account binding: eab_kid and eab_hmac_key"), await refused.ErrorAsync());
        Assert.Equal(201, (int)created.StatusCode);
    }

    [Fact]
    public async Task A_nonce_that_the_authority_has_forgotten_is_no_failure()
    {
        await using var authority = await AcmeAuthority.StartAsync();
        authority.BadNonces = 2;
        await using var gateway = await StartAsync(authority, $"domains: [{Shop}], cert_type: ecc");

        using var created = await CreateAsync(gateway, Shop);

        Assert.Equal(201, (int)created.StatusCode);
        Assert.Equal(["unknown nonce", "unknown nonce"], authority.Refusals);
    }

    [Fact]
    public async Task An_address_gets_a_certificate_like_a_name()
    {
        await using var authority = await AcmeAuthority.StartAsync();
        await using var gateway = await StartAsync(authority, "allow_any_domain: true, cert_type: ecc");

        using var created = await CreateAsync(gateway, "127.0.0.1");

        Assert.Equal((201, "certificate for host 127.0.0.1 is created"), await created.ErrorAsync());
    }

    [Theory]
    [InlineData("/.well-known/acme-challenge/x", 404, "Not found\n")]
    [InlineData("/.well-known/acme-challenge/unknown", 404, null)]
    [InlineData("/.well-known/acme-challenge/", 200, "from the service")]
    public async Task Only_challenges_are_answered(string path, int status, string? body)
    {
        await using var authority = await AcmeAuthority.StartAsync();
        await using var upstream = FakeUpstream.Start(UpstreamAnswer.Text("from the service"));
        await using var gateway = await StartAsync(authority, $"domains: [{Shop}]", upstream: upstream.Url);

        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = Shop;
        using var response = await gateway.Client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        if (body is not null)
            Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task What_is_in_Redis_is_shared_by_nodes_and_lies_under_Kongs_keys()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var authority = await AcmeAuthority.StartAsync();
        var config = $"domains: [{Shop}], cert_type: ecc, storage: redis, storage_config: {{redis: {{host: 127.0.0.1, port: {redis.Port}, namespace: 'me:'}}}}";
        await using var one = await StartAsync(authority, config);
        await using var two = await StartAsync(authority, config);

        // The authority asks the other node than the one that orders.
        using var created = await CreateAsync(one, Shop);
        using var shown = await ShownAsync(two, Shop);

        Assert.Equal(201, (int)created.StatusCode);
        Assert.Equal("CN=Test Root", shown.Issuer);
        var keys = (await redis.RunAsync("keys", "*")).Split('\n').Order().ToArray();
        Assert.Equal(
            [
                $"me:kong_acme:account:{authority.Url}:{Convert.ToBase64String("me@example.com"u8)}",
                $"me:kong_acme:cert_key:{Shop}",
                $"me:kong_acme:renew_config:{Shop}",
            ],
            keys);
        Assert.Single(JsonNode.Parse(await two.Admin.GetStringAsync("/acme/certificates"))!["data"]!.AsArray());
    }

    [Fact]
    public async Task With_a_database_certificates_are_entities()
    {
        await using var authority = await AcmeAuthority.StartAsync();
        await using var gateway = await TestGateway.StartAsync("", new Dictionary<string, string> { ["database"] = "sqlite" });
        authority.GatewayPort = gateway.ProxyPort;
        await PostAsync(gateway, "/routes", """{"paths": ["/.well-known/acme-challenge"]}""");
        await PostAsync(gateway, "/keys", new JsonObject { ["kid"] = "account", ["pem"] = new JsonObject { ["private_key"] = AccountKey } }.ToJsonString());
        await PostAsync(gateway, "/plugins", new JsonObject
        {
            ["name"] = "acme",
            ["config"] = new JsonObject
            {
                ["account_email"] = "me@example.com",
                ["account_key"] = new JsonObject { ["key_id"] = "account" },
                ["api_uri"] = authority.Url,
                ["domains"] = new JsonArray(Shop),
                ["cert_type"] = "ecc",
                ["storage"] = "kong",
                ["fail_backoff_minutes"] = 0,
            },
        }.ToJsonString());

        using var first = await CreateAsync(gateway, Shop);
        Assert.Equal((201, $"certificate for host {Shop} is created"), await first.ErrorAsync());
        using var old = await UntilShownAsync(gateway, Shop, "CN=Test Root");
        using var second = await CreateAsync(gateway, Shop);
        using var next = await UntilAsync(() => ShownAsync(gateway, Shop), shown => shown.SerialNumber != old.SerialNumber);

        Assert.Equal(201, (int)second.StatusCode);
        var certificates = JsonNode.Parse(await gateway.Admin.GetStringAsync("/certificates"))!["data"]!.AsArray();
        var certificate = Assert.Single(certificates)!;
        Assert.Equal("managed-by-acme", (string)certificate["tags"]![0]!);
        Assert.Equal(Shop, (string)certificate["snis"]![0]!);
        var rows = JsonNode.Parse(await gateway.Admin.GetStringAsync("/acme_storage"))!["data"]!.AsArray();
        Assert.Contains(rows, row => (string)row!["key"]! == $"kong_acme:renew_config:{Shop}");
    }

    static string Pairs(string digits) => string.Join(':', digits.Chunk(2).Select(pair => new string(pair)));

    static string NewAccountKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    internal static async Task<TestGateway> StartAsync(AcmeAuthority authority, string config, string upstream = "http://127.0.0.1:1")
    {
        var gateway = await TestGateway.StartAsync(
            $$"""
            _format_version: "3.0"
            services:
            - url: {{upstream}}
              routes: [{paths: [/.well-known/acme-challenge]}]
            keys:
            - kid: account
              pem:
                private_key: {{new JsonArray(AccountKey)[0]!.ToJsonString()}}
            plugins:
            - name: acme
              config: {account_email: me@example.com, account_key: {key_id: account}, api_uri: '{{authority.Url}}', {{config}} }
            """,
            new Dictionary<string, string> { ["log_level"] = "info" });
        authority.GatewayPort = gateway.ProxyPort;
        return gateway;
    }

    static async Task PostAsync(TestGateway gateway, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await gateway.Admin.PostAsync(path, content);
        Assert.True((int)response.StatusCode == 201, await response.Content.ReadAsStringAsync());
    }

    internal static async Task<HttpResponseMessage> CreateAsync(TestGateway gateway, string host)
    {
        using var content = new StringContent($$"""{"host": "{{host}}"}""", Encoding.UTF8, "application/json");
        return await gateway.Admin.PostAsync("/acme", content);
    }

    internal static async Task<X509Certificate2> ShownAsync(TestGateway gateway, string name)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", gateway.ProxyTlsPort);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(name);
        return X509CertificateLoader.LoadCertificate(tls.RemoteCertificate!.GetRawCertData());
    }

    static Task<X509Certificate2> UntilShownAsync(TestGateway gateway, string name, string issuer) =>
        UntilAsync(() => ShownAsync(gateway, name), shown => shown.Issuer == issuer);

    static async Task<X509Certificate2> UntilAsync(Func<Task<X509Certificate2>> look, Func<X509Certificate2, bool> isRight)
    {
        for (var i = 0; i < 600; i++)
        {
            var shown = await look();
            if (isRight(shown))
                return shown;

            shown.Dispose();
            await Task.Delay(100);
        }

        throw new TimeoutException("the certificate that was waited for is not shown");
    }
}
