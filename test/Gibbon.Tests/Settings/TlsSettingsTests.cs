using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Gibbon.Settings;

namespace Gibbon.Tests.Settings;

public sealed class TlsSettingsTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gibbon-tls-").FullName;
    private readonly CertificateFiles pem = TestCertificates.Create();

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Theory]
    [InlineData("modern", SslProtocols.Tls13, false)]
    [InlineData("intermediate", SslProtocols.Tls12 | SslProtocols.Tls13, false)]
    [InlineData("fips", SslProtocols.Tls12, true)]
    public void A_profile_sets_versions_and_preference(string profile, SslProtocols protocols, bool preferServer)
    {
        var tls = Load(("ssl_cipher_suite", profile), ("ssl_protocols", "TLSv1.1"), ("ssl_ciphers", "AES128-SHA")).Tls;

        Assert.Equal((protocols, preferServer), (tls.Protocols, tls.PreferServerCiphers));
        Assert.DoesNotContain(TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA, tls.CipherSuites);
        Assert.Contains(profile == "modern" ? TlsCipherSuite.TLS_AES_128_GCM_SHA256 : TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.CipherSuites);
    }

    [Theory]
    [InlineData("old")]
    [InlineData("intermediate")]
    [InlineData("fips")]
    [InlineData("modern")]
    public void Every_name_in_a_profile_is_a_suite_that_exists(string profile)
    {
        var load = SettingsLoader.Load(new SettingSources { SearchFile = false, Arguments = new Dictionary<string, string> { ["ssl_cipher_suite"] = profile } });
        Assert.Empty(load.Warnings);
    }

    [Fact]
    public void A_custom_profile_is_what_the_user_says()
    {
        var tls = Load(("ssl_cipher_suite", "custom"), ("ssl_protocols", "TLSv1.2"), ("ssl_ciphers", "ECDHE-RSA-AES256-SHA384:AES128-SHA"),
            ("ssl_prefer_server_ciphers", "on")).Tls;

        Assert.Equal(SslProtocols.Tls12, tls.Protocols);
        Assert.True(tls.PreferServerCiphers);
        Assert.Equal([TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384, TlsCipherSuite.TLS_RSA_WITH_AES_128_CBC_SHA], tls.CipherSuites[3..]);
    }

    [Fact]
    public void An_injected_directive_wins_over_the_profile() =>
        Assert.Equal(SslProtocols.Tls13, Load(("nginx_http_ssl_protocols", "TLSv1.3")).Tls.Protocols);

    [Fact]
    public void Certificates_may_be_paths_or_text_or_base64()
    {
        var certificate = Write("c.crt", pem.Certificate);
        var key = Write("c.key", pem.Key);
        var inline = Convert.ToBase64String(Encoding.UTF8.GetBytes(pem.Certificate));

        var tls = Load(("ssl_cert", $"{certificate},{inline}"), ("ssl_cert_key", $"{key},{pem.Key}")).Tls;

        Assert.Equal(2, tls.Proxy.Length);
        Assert.All(tls.Proxy, files => Assert.Equal((pem.Certificate.Trim(), pem.Key.Trim()), (files.CertificatePem.Trim(), files.KeyPem.Trim())));
        Assert.DoesNotContain("KEY", tls.Proxy[1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_must_pair_up()
    {
        var certificate = Write("c.crt", pem.Certificate);
        var key = Write("c.key", pem.Key);
        Assert.Equal(["ssl_cert_key must be specified"], Errors(("ssl_cert", certificate)));
        Assert.Equal(["ssl_cert must be specified"], Errors(("ssl_cert_key", key)));
        Assert.Equal(["admin_ssl_cert was specified 2 times while admin_ssl_cert_key was specified 1 times"],
            Errors(("admin_ssl_cert", $"{certificate},{certificate}"), ("admin_ssl_cert_key", key)));
        Assert.Equal(["client_ssl_cert_key must be specified"], Errors(("client_ssl", "on"), ("client_ssl_cert", certificate)));
    }

    [Fact]
    public void A_bad_certificate_is_named_with_its_reason()
    {
        var certificate = Write("c.crt", pem.Certificate);
        var foreign = Write("d.key", TestCertificates.Create("foreign.test").Key);

        Assert.Equal(["ssl_cert: failed loading certificate from /nope.crt (no such file)"], Errors(("ssl_cert", "/nope.crt"), ("ssl_cert_key", "/nope.key")));
        Assert.Equal(["ssl_cert_key: failed loading key from /nope.key (no such file)"], Errors(("ssl_cert", certificate), ("ssl_cert_key", "/nope.key")));
        Assert.StartsWith($"ssl_cert_key: failed loading key from {foreign} (", Errors(("ssl_cert", certificate), ("ssl_cert_key", foreign))[0], StringComparison.Ordinal);
        Assert.StartsWith("lua_ssl_trusted_certificate: failed loading certificate from /nope.pem", Errors(("lua_ssl_trusted_certificate", "system,/nope.pem"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_looks_at_certificates_that_no_listener_uses() =>
        Assert.Empty(Errors(("proxy_listen", "127.0.0.1:0"), ("ssl_cert", "/nope"), ("ssl_cert_key", "/nope")));

    [Fact]
    public void A_key_in_the_wrong_place_is_not_repeated()
    {
        var error = Assert.Single(Errors(("ssl_cert", pem.Key), ("ssl_cert_key", pem.Key)));
        Assert.DoesNotContain("PRIVATE KEY", error, StringComparison.Ordinal);
    }

    private static GatewaySettings Load(params (string Name, string Value)[] settings) =>
        SettingsLoader.From(settings.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

    private static string[] Errors(params (string Name, string Value)[] settings) => [.. SettingsLoader.Load(new SettingSources
    {
        SearchFile = false,
        Arguments = settings.ToDictionary(pair => pair.Name, pair => pair.Value),
    }).Errors];

    private string Write(string name, string text)
    {
        var path = Path.Combine(directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}
