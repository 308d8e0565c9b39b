using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Proxy.Messages;
using Gibbon.Proxy.Upstreams;

namespace Gibbon.Tests.Proxy;

/// <summary>TLS to upstreams, with certificates made on the spot.</summary>
public sealed class UpstreamTlsTests : IDisposable
{
    private readonly UpstreamPool _pool = new(new UpstreamPoolSettings());
    private readonly X509Certificate2 _root = Root();

    public void Dispose()
    {
        _pool.Dispose();
        _root.Dispose();
    }

    [Fact]
    public async Task Without_verification_any_certificate_will_do_and_the_name_is_sent()
    {
        string? name = null;
        await using var origin = Serving(Leaf("other.test"), seen => name = seen.TargetHostName);
        Assert.StartsWith("HTTP/1.1 200", await GetAsync(origin, new UpstreamTls("up.test"), out _), StringComparison.Ordinal);
        Assert.Equal("up.test", name);
    }

    [Fact]
    public async Task A_trusted_certificate_for_the_name_is_accepted_and_the_connection_kept()
    {
        await using var origin = Serving(Leaf("up.test"));
        var tls = new UpstreamTls("up.test", Verify: true, TrustStore: [_root]);
        for (var i = 0; i < 3; i++) Assert.StartsWith("HTTP/1.1 200", await GetAsync(origin, tls, out _), StringComparison.Ordinal);
        Assert.Equal(1, origin.Connections);
    }

    [Theory]
    [InlineData("other.test", true)]
    [InlineData("up.test", false)]
    public async Task A_certificate_for_another_name_or_from_an_unknown_root_is_502(string name, bool trusted)
    {
        using var stranger = Root();
        await using var origin = Serving(Leaf(name));
        var tls = new UpstreamTls("up.test", Verify: true, TrustStore: [trusted ? _root : stranger]);
        Assert.StartsWith("HTTP/1.1 502", await GetAsync(origin, tls, out var handler), StringComparison.Ordinal);
        var error = Assert.Single(handler.Errors);
        Assert.Equal((ProxyErrorKind.CertificateNotTrusted, RetryAdvice.Yes), (error.Kind, error.Retry));
    }

    [Fact]
    public async Task The_client_certificate_is_presented()
    {
        string? subject = null;
        await using var origin = Serving(Leaf("up.test"), seen => subject = seen.RemoteCertificate?.Subject, askClient: true);
        using var certificate = Leaf("gateway");
        var tls = new UpstreamTls("up.test", ClientCertificate: new ClientCertificate(certificate));
        Assert.StartsWith("HTTP/1.1 200", await GetAsync(origin, tls, out _), StringComparison.Ordinal);
        Assert.Equal("CN=gateway", subject);
    }

    [Fact]
    public async Task A_plain_upstream_fails_the_handshake_and_a_silent_one_times_out()
    {
        await using var plain = ScriptedOrigin.Answering("HTTP/1.1 400 Bad Request\r\n\r\n");
        await using var talking = new ScriptedOrigin(async peer => await peer.SendAsync("HTTP/1.1 400 Bad Request\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 502", await GetAsync(talking, new UpstreamTls("up.test"), out var first), StringComparison.Ordinal);
        Assert.Equal(ProxyErrorKind.TlsHandshakeFailed, Assert.Single(first.Errors).Kind);
        Assert.StartsWith("HTTP/1.1 504", await GetAsync(plain, new UpstreamTls("up.test"), out var second, 150), StringComparison.Ordinal);
        Assert.Equal(ProxyErrorKind.TlsHandshakeTimeout, Assert.Single(second.Errors).Kind);
    }

    private static X509Certificate2 Root()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=root" + Guid.NewGuid(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
    }

    private static async Task ServeAsync(
        ScriptedOrigin.Peer peer, X509Certificate2 certificate, Action<SslStream>? seen, bool askClient)
    {
        var stream = new SslStream(peer.Stream);
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ClientCertificateRequired = askClient,
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        });
        seen?.Invoke(stream);
        peer.Stream = stream;
        while (await peer.ReadHeadAsync() is not null) await peer.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }

    private static ScriptedOrigin Serving(X509Certificate2 certificate, Action<SslStream>? seen = null, bool askClient = false) =>
        new(peer => ServeAsync(peer, certificate, seen, askClient));

    private X509Certificate2 Leaf(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(
            _root, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(7), Guid.NewGuid().ToByteArray());
        using var withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }

    private Task<string> GetAsync(ScriptedOrigin origin, UpstreamTls tls, out ForwardingHandler handler, int connectTimeout = 5000)
    {
        handler = new ForwardingHandler(
            _pool.Origin(origin.EndPoint.Address, origin.EndPoint.Port, tls), new UpstreamTimeouts(connectTimeout, 5000, 5000));
        return ExchangeAsync(handler);

        static async Task<string> ExchangeAsync(ForwardingHandler handler)
        {
            await using var host = new EngineHost(handler);
            return await RawClient.ExchangeAsync(host.EndPoint, "GET / HTTP/1.0\r\n\r\n");
        }
    }
}
