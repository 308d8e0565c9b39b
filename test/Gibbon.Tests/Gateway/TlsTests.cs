using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gibbon.Certificates;
using Gibbon.Pdk;
using Gibbon.Testing;
using Gibbon.Tests.Certificates;

namespace Gibbon.Tests.Gateway;

/// <summary>TLS with clients: which certificate, and plugins that have a say in it. TLS with services: whom we believe, who we are.</summary>
public sealed class TlsTests
{
    [Theory]
    [InlineData("exact.test", "exact.test")]
    [InlineData("a.wild.test", "*.wild.test")]
    [InlineData("a.b.wild.test", "localhost")]
    [InlineData("exact.org", "exact.*")]
    [InlineData("other.test", "localhost")]
    [InlineData(null, "localhost")]
    public async Task The_certificate_is_that_of_the_name_that_is_asked_for(string? name, string shown)
    {
        await using TestGateway gateway = await TestGateway.StartAsync($$"""
            _format_version: "3.0"
            certificates:
            {{Entity("exact.test")}}
            {{Entity("*.wild.test")}}
            {{Entity("exact.*")}}
            """);

        Assert.Contains($"CN={shown}", await ShownAsync(gateway, name));
    }

    [Fact]
    public async Task A_plugin_may_choose_the_certificate_and_ask_the_client_for_its_own()
    {
        await using TestGateway gateway = await TestGateway.StartAsync("""
            _format_version: "3.0"
            plugins: [{name: chooser}]
            """, plugins: [new Chooser()]);

        Assert.Equal("CN=chosen.test", await ShownAsync(gateway, "any.test"));
        Assert.Equal("CN=chosen.test", await ShownAsync(gateway, "again.test"));
    }

    [Fact]
    public async Task A_client_that_is_asked_for_a_certificate_is_told_whose_are_welcome()
    {
        await using TestGateway gateway = await TestGateway.StartAsync("""
            _format_version: "3.0"
            plugins: [{name: chooser}]
            """, plugins: [new Chooser()]);
        string[] told = [];
        using var client = new TcpClient("127.0.0.1", gateway.ProxyTlsPort);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "any.test",
            RemoteCertificateValidationCallback = (_, _, _, _) => true,
            LocalCertificateSelectionCallback = (_, _, _, _, issuers) =>
            {
                told = issuers;
                return null!;
            },
        });

        Assert.Equal(["CN=welcome.test"], told);
    }

    [Fact]
    public async Task A_plugin_that_fails_in_its_certificate_phase_ends_the_handshake()
    {
        await using TestGateway gateway = await TestGateway.StartAsync("""
            _format_version: "3.0"
            plugins: [{name: chooser}]
            """, plugins: [new Chooser()]);

        await Assert.ThrowsAnyAsync<Exception>(() => ShownAsync(gateway, "fail.test"));
        Assert.Equal("CN=chosen.test", await ShownAsync(gateway, "any.test"));
    }

    [Fact]
    public async Task A_service_is_believed_unless_it_must_be_verified_and_then_only_with_a_certificate_of_a_known_authority()
    {
        PemPair own = TestCertificates.For("service.test");
        using X509Certificate2 certificate = LoadedCertificate.Load(own, out _)!.Leaf;
        await using var upstream = FakeUpstream.Start(_ => UpstreamAnswer.Text("ok"), certificate);
        const string Authority = "11111111-2222-4333-8444-555555555555";
        await using TestGateway gateway = await TestGateway.StartAsync($$"""
            _format_version: "3.0"
            ca_certificates:
            - id: {{Authority}}
              cert: |
                {{Indent(own.Certificate, 4)}}
            services:
            - {name: believed, url: {{upstream.Url}}, routes: [{name: believed, paths: [/believed]}]}
            - {name: unknown, url: {{upstream.Url}}, tls_verify: true, retries: 0, routes: [{name: unknown, paths: [/unknown], hosts: [service.test], preserve_host: true}]}
            - {name: known, url: {{upstream.Url}}, tls_verify: true, ca_certificates: [{{Authority}}], routes: [{name: known, paths: [/known], hosts: [service.test], preserve_host: true}]}
            """);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/believed", "any.test"));
        Assert.Equal(HttpStatusCode.BadGateway, await StatusAsync(gateway, "/unknown", "service.test"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/known", "service.test"));
        Assert.Contains("service.test", upstream.Requests.Select(r => r.ServerName));
    }

    [Fact]
    public async Task A_service_is_shown_the_certificate_that_its_entity_names()
    {
        string? seen = null;
        using X509Certificate2 certificate = LoadedCertificate.Load(TestCertificates.For("service.test"), out _)!.Leaf;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task serving = Task.Run(async () =>
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = certificate,
                ClientCertificateRequired = true,
                RemoteCertificateValidationCallback = (_, shown, _, _) => (seen = shown?.Subject) is not null,
            });
            _ = await tls.ReadAsync(new byte[4096]);
            await tls.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        }, TestContext.Current.CancellationToken);
        await using TestGateway gateway = await TestGateway.StartAsync($$"""
            _format_version: "3.0"
            certificates:
            {{Entity("client.test", "11111111-2222-4333-8444-666666666666")}}
            services:
            - {name: s, url: "https://127.0.0.1:{{((IPEndPoint)listener.LocalEndpoint).Port}}", client_certificate: 11111111-2222-4333-8444-666666666666, routes: [{name: s, paths: [/]}]}
            """);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, "/", "any.test"));
        await serving;
        Assert.Equal("CN=client.test", seen);
    }

    private static string Entity(string name, string? id = null)
    {
        PemPair pem = TestCertificates.For(name);
        string sni = id is null ? $"\n  snis: [{{name: \"{name}\"}}]" : "";
        return $"- id: {id ?? Guid.NewGuid().ToString()}{sni}\n  cert: |\n    {Indent(pem.Certificate, 4)}\n  key: |\n    {Indent(pem.Key, 4)}";
    }

    private static string Indent(string pem, int spaces) => pem.Trim().Replace("\n", "\n" + new string(' ', spaces), StringComparison.Ordinal);

    private static async Task<string> ShownAsync(TestGateway gateway, string? name)
    {
        using var client = new TcpClient("127.0.0.1", gateway.ProxyTlsPort);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = name ?? "", RemoteCertificateValidationCallback = (_, _, _, _) => true });
        return tls.RemoteCertificate!.Subject;
    }

    private static async Task<HttpStatusCode> StatusAsync(TestGateway gateway, string path, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
        using HttpResponseMessage answer = await gateway.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private sealed record ChooserConfig;

    private sealed class Chooser : Plugin<ChooserConfig>
    {
        private readonly X509Certificate2Collection _authorities = [LoadedCertificate.Load(TestCertificates.For("welcome.test"), out _)!.Leaf];
        private readonly TlsCertificate _certificate = new(LoadedCertificate.Load(TestCertificates.For("chosen.test"), out _)!.Leaf, []);

        public override string Name => "chooser";

        public override int Priority => 1;

        public override string Version => "1.0.0";

        public override ValueTask CertificateAsync(RequestContext context, ChooserConfig config)
        {
            if (context.Client.Tls.ServerName == "fail.test") throw new InvalidOperationException("a defect");

            Assert.Equal(IPAddress.Loopback, context.Client.Ip);
            Assert.True(context.Client.Tls.SetServerCertificate(_certificate).IsOk);
            Assert.True(context.Client.Tls.RequestClientCertificate(_authorities).IsOk);
            return ValueTask.CompletedTask;
        }
    }
}
